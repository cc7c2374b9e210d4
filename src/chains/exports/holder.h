// Whose history a file is: explorers hand out one address's rows, and mostly say so in the file's name alone.
#pragma once

#include "exports/attested.h"

namespace jindo::exports {

// Sets `holder` where the format is one of an address's history and just one address stands in every transfer; with
// `holder_whole` unless the file may be cut (a further page, as many rows as its source hands out at most).
void find_holder(Reading& reading);

}  // namespace jindo::exports
