#include "run/evidence.h"

namespace windlass::run {

std::string to_string(const PythonException& exception) {
  return exception.message.empty() ? exception.type : exception.type + ": " + exception.message;
}

std::string to_string(Isolation isolation) {
  switch (isolation) {
    case Isolation::Namespace:
      return "namespace";
    case Isolation::Drivers:
      return "drivers";
    case Isolation::None:
      return "none";
  }
  return "none";
}

}  // namespace windlass::run
