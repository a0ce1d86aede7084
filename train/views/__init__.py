"""Training data of pose estimation: bodies before random cameras, as BlazePose would report them.

``poses`` chooses poses, ``cameras`` places cameras, ``sites`` says where the 33 landmarks lie on the
body, ``rendered`` runs the real nets over rendered pictures, ``noise`` learns their errors from that and
disturbs exact landmarks alike, ``prepare`` writes the file that training reads through ``store``.
"""
