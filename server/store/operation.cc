#include "server/store/operation.h"

#include "server/domain/refusal.h"

namespace orders::store {

absl::Status ExpiredInQueue() {
  return domain::Refuse(domain::Reason::kDeadlineExceeded,
                        "the deadline passed while the call waited for the database; nothing was changed");
}

}  // namespace orders::store
