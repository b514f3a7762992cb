import sys

from __MODULE__ import __FUNCTION__

sys.exit(__FUNCTION__())
