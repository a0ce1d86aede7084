"""Training data of pose estimation: posed bodies in front of random cameras, as BlazePose would report them.

``poses`` samples poses, ``cameras`` places cameras, ``sites`` holds the positions of the 33 landmarks on the body,
``rendered`` runs BlazePose on rendered pictures, ``fit_noise`` measures its errors there, ``noise`` adds such errors to
exact landmarks, and ``prepare`` writes the file that training reads through ``store``.
"""
