// What an object's markings are, and what a marking definition says: steps of reading an object, for this folder's
// sources only.
#pragma once

#include <simdjson.h>

#include "stix/object.h"

namespace jindo::stix {

// The markings of the object and of its parts (object_marking_refs, granular_markings), once each, into out.markings.
base::Status read_markings(const simdjson::dom::object& from, simdjson::dom::element whole, Object& out);
// Of a marking-definition: TLP 1 and 2, a statement, releasability, into out.marking.
base::Status read_marking_definition(const simdjson::dom::object& from, Object& out);

}  // namespace jindo::stix
