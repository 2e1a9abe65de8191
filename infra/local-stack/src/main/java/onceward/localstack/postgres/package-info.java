/** A PostgreSQL server as a child process, with databases and roles. */
@NullMarked
package onceward.localstack.postgres;

import org.jspecify.annotations.NullMarked;
