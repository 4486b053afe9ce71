"""Programs of the machine that some tests need, where they are installed."""

import os
import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") and shutil.which("openssl")
