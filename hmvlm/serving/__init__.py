"""A model in other processes, on this machine or others, behind HTTP.

:mod:`hmvlm.serving.replicas` runs copies of the model on Ray Serve (the extra ``serve``), each with
:mod:`hmvlm.serving.service`. Pages, REST servers and shells with ``HMVLM_URL`` have a
:class:`hmvlm.serving.client.RemoteModel` in the place of a model of their own and do not need Ray.
"""
