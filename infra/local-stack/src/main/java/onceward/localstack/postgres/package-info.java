/** A PostgreSQL server of our own, as a process, with databases and roles. */
@NullMarked
package onceward.localstack.postgres;

import org.jspecify.annotations.NullMarked;
