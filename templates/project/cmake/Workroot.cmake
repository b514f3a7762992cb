# One interpreter for every target: the project's own environment, made by python/setup.sh.
#   include(cmake/Workroot.cmake)
# sets PROJECT_PYTHON, PROJECT_VENV and PROJECT_REPO, and defines workroot_native_module(NAME SOURCE...).
# Nothing is searched for: a Python on PATH is never taken. Packages that search by themselves get the same one.
cmake_minimum_required(VERSION 3.21)
include_guard(DIRECTORY)

get_filename_component(_workroot_root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(_workroot_setup "python/setup.sh")
set(WORKROOT_COMMAND "${_workroot_root}/.workroot/bin/workroot")
if(CMAKE_HOST_WIN32)
    set(_workroot_setup "python\\setup.ps1")
    set(WORKROOT_COMMAND "${_workroot_root}/.workroot/bin/workroot.cmd")
endif()

# 1 the environment, or a sentence
if(NOT EXISTS "${WORKROOT_COMMAND}")
    message(FATAL_ERROR "The Python environment of ${_workroot_root} is not set up. Run ${_workroot_setup}, then configure again.")
endif()
execute_process(
    COMMAND "${WORKROOT_COMMAND}" env --format cmake -C "${_workroot_root}"
    RESULT_VARIABLE _workroot_status
    OUTPUT_VARIABLE _workroot_variables
    ERROR_VARIABLE _workroot_words
)
if(NOT _workroot_status EQUAL 0)
    message(FATAL_ERROR "The Python environment of ${_workroot_root} does not stand. Run ${_workroot_setup}, then configure again.\n${_workroot_words}")
endif()
cmake_language(EVAL CODE "${_workroot_variables}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_workroot_root}/.workroot/state.json")
message(STATUS "Python: ${PROJECT_PYTHON}")

# 2 the same one for whatever searches by itself
foreach(_workroot_name Python_EXECUTABLE Python3_EXECUTABLE PYTHON_EXECUTABLE)
    set(${_workroot_name} "${PROJECT_PYTHON}" CACHE FILEPATH "the project's one Python" FORCE)
endforeach()

# 3 a module written with pybind11, into the build directory's python/, linked as soon as it is there
function(workroot_native_module name)
    execute_process(
        COMMAND "${PROJECT_PYTHON}" -I -c "import sysconfig as s, sys; p = s.get_paths(); print(p['include'], s.get_config_var('EXT_SUFFIX'), sys.base_prefix, sys.version_info[0], sys.version_info[1], sep=';', end='')"
        OUTPUT_VARIABLE facts
        COMMAND_ERROR_IS_FATAL ANY
    )
    execute_process(
        COMMAND "${PROJECT_PYTHON}" -I -c "import pybind11; print(pybind11.get_include(), end='')"
        RESULT_VARIABLE status
        OUTPUT_VARIABLE pybind11_include
        ERROR_QUIET
    )
    list(GET facts 0 include)
    list(GET facts 1 suffix)
    list(GET facts 2 prefix)
    list(GET facts 3 major)
    list(GET facts 4 minor)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${name} needs pybind11: add it to python/requirements.in, then run python/setup.sh")
    endif()
    if(NOT EXISTS "${include}/Python.h")
        message(WARNING "${name} is left out: ${include}/Python.h is missing (Debian: apt install python${major}.${minor}-dev)")
        return()
    endif()
    set(directory "${CMAKE_BINARY_DIR}/python")
    add_library(${name} MODULE ${ARGN})
    target_compile_features(${name} PRIVATE cxx_std_17)
    target_include_directories(${name} SYSTEM PRIVATE "${include}" "${pybind11_include}")
    set_target_properties(${name} PROPERTIES
        PREFIX "" SUFFIX "${suffix}" CXX_VISIBILITY_PRESET hidden
        LIBRARY_OUTPUT_DIRECTORY "${directory}" RUNTIME_OUTPUT_DIRECTORY "${directory}"
    )
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES)
        string(TOUPPER "${config}" config)
        set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY_${config} "${directory}" RUNTIME_OUTPUT_DIRECTORY_${config} "${directory}")
    endforeach()
    if(APPLE)
        target_link_options(${name} PRIVATE -undefined dynamic_lookup)
    elseif(WIN32)
        target_link_libraries(${name} PRIVATE "${prefix}/libs/python${major}${minor}.lib")
    endif()
    add_custom_command(TARGET ${name} POST_BUILD COMMAND "${WORKROOT_COMMAND}" link -q -C "${PROJECT_WORKROOT}" VERBATIM)
endfunction()
set(PROJECT_WORKROOT "${_workroot_root}" CACHE INTERNAL "the directory of workroot.toml")
