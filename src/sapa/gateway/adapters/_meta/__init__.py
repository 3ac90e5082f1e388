"""What the three channels of Meta share: the signature, reading JSON safely, asking Graph, judging its errors."""
