/** What is read: the rows of databases and the records of topics, by id. */
@NullMarked
package onceward.ledger.source;

import org.jspecify.annotations.NullMarked;
