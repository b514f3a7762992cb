"""The server's routes; it starts without the native module and then says what to build."""

from fastapi import FastAPI, HTTPException

try:
    import example_native
except ModuleNotFoundError:
    example_native = None

TO_BUILD = "example_native is not built yet: cmake --preset debug-all && cmake --build --preset debug-all"

app = FastAPI(title="example")


@app.get("/health")
def health() -> dict[str, bool]:
    return {"native": example_native is not None}


@app.get("/distance-squared")
def distance_squared(x: float, y: float) -> dict[str, float]:
    if example_native is None:
        raise HTTPException(503, TO_BUILD)
    return {"value": example_native.distance_squared(x, y)}
