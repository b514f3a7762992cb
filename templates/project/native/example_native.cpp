// A native module: what the server asks for each request that has to be fast.
#include <pybind11/pybind11.h>

#include "records.hpp"

namespace {

double distance_squared(double x, double y) {
    const records::Position position{x, y};
    return position.x * position.x + position.y * position.y;
}

}  // namespace

PYBIND11_MODULE(example_native, module) {
    module.def("distance_squared", &distance_squared, "The squared distance of a position from the origin");
}
