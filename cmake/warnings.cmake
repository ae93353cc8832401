# -Wno-restrict: gcc 12 sees overlap in operator+(const char*, std::string) where there is none (gcc bug 105651).
# Every target of ours links orders_warnings privately; generated code does not.
add_library(orders_warnings INTERFACE)
target_compile_options(orders_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Wno-restrict)
target_include_directories(orders_warnings INTERFACE ${PROJECT_SOURCE_DIR})

# orders_library(name SOURCES... [LINKS targets...]): one static library of ours, with warnings as errors.
function(orders_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE orders_warnings)
endfunction()
