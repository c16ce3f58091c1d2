"""Reads an object of each kind with libraries that read tables and rasters by ranges.

    python data_clients.py make FOLDER         writes the objects
    python data_clients.py read URL            reads them, and prints one line of JSON
"""

import json
import os
import sys

import duckdb
import duckdb_extensions
import numpy
import obstore
import rasterio
from obstore.store import HTTPStore
from rasterio.transform import from_origin

SIDE = 2048
ROWS = 200_000


def make(folder):
    duckdb.sql(
        f"copy (select i as id, i % 100 as g, hash(i)::varchar as h from range({ROWS}) t(i))"
        f" to '{folder}/table.parquet' (format parquet, row_group_size 20000)"
    )
    values = numpy.arange(SIDE * SIDE, dtype="uint32").reshape(SIDE, SIDE)
    with rasterio.open(
        f"{folder}/raster.tif",
        "w",
        driver="GTiff",
        width=SIDE,
        height=SIDE,
        count=1,
        dtype="uint32",
        tiled=True,
        blockxsize=256,
        blockysize=256,
        compress="deflate",
        crs="EPSG:4326",
        transform=from_origin(0, 10, 0.001, 0.001),
    ) as raster:
        raster.write(values, 1)
    with open(f"{folder}/bytes", "wb") as plain:
        plain.write(bytes(p % 251 for p in range(3_000_000)))


def read(url):
    said = {}
    with rasterio.open(f"/vsicurl/{url}/raster.tif") as raster:
        said["raster"] = int(raster.read(1, window=((1000, 1010), (500, 510)))[3, 4])
    duckdb_extensions.import_extension("httpfs")
    duckdb.sql("load httpfs")
    query = f"select count(*), sum(id) from '{url}/table.parquet' where g = 7"
    said["table"] = [int(value) for value in duckdb.sql(query).fetchone()]
    store = HTTPStore.from_url(url, client_options={"allow_http": True})
    said["size"] = obstore.head(store, "bytes")["size"]
    parts = obstore.get_ranges(store, "bytes", starts=[5, 2_000_000], ends=[9, 2_000_004])
    said["parts"] = [list(bytes(part)) for part in parts]
    try:
        obstore.list(store).collect()
        said["list"] = "listed"
    except Exception as error:
        said["list"] = str(error)
    print(json.dumps(said))
    sys.stdout.flush()


os.environ["GDAL_DISABLE_READDIR_ON_OPEN"] = "EMPTY_DIR"
{"make": make, "read": read}[sys.argv[1]](sys.argv[2])
