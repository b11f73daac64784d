"""The history: who changed what and when, whether it is whole, and how a change is taken back.

The images themselves are written by triggers (``storage/images.py``) and sealed by ``storage/sealing.py``.
"""
