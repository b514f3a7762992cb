"""What PEPs and other languages say: versions, requirements, markers, how a text is quoted.

Pure functions of text. Nothing here knows where a file of ours is, or that there is a workroot.
"""
