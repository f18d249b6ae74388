// The one translation unit with the definitions of Boost.Process v2.
#include <boost/process/v2/src.hpp>
