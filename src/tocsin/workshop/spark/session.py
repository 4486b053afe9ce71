"""A session of Spark, or why there is none."""

import os
import shutil
import sys
from typing import Any

from tocsin.base.errors import InvalidInput, Unavailable

LOCAL = "local[*]"


def open_session(master: str = LOCAL) -> Any:
    """A SparkSession; InvalidInput says what is to be installed, Unavailable that Spark does not start.

    Its workers run this Python: on a cluster the same version of Tocsin has to be there on each machine.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise InvalidInput("Spark is not installed here: install tocsin[spark], or run `uv sync --extra spark`") from None
    if master.startswith("local") and shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise InvalidInput("Spark needs Java 17 or 21: on Debian, install openjdk-17-jre-headless or a newer one")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("tocsin").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    try:
        session = builder.config("spark.log.level", "ERROR").getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        raise Unavailable(f"Spark does not start at {master}: {error}") from error
    return session
