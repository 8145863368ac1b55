import numpyx.linalg
