#ifndef ORDERS_SERVER_DOMAIN_REFERENCE_TABLES_H_
#define ORDERS_SERVER_DOMAIN_REFERENCE_TABLES_H_

#include <string>

namespace orders::domain {

// The rules as docs/api.md shows them: state transitions, payment transitions, mutable fields and error reasons, each a
// Markdown section with one table. Ends with a newline.
std::string ReferenceTablesMarkdown();

}  // namespace orders::domain

#endif  // ORDERS_SERVER_DOMAIN_REFERENCE_TABLES_H_
