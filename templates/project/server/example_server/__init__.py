"""The example server: HTTP in front of the native module."""
