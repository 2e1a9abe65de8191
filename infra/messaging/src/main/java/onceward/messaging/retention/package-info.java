/**
 * Keeping outbox and inbox as long as configured: a partition a day, made ahead and dropped behind.
 * What may be dropped is decided in the database; {@code Maintenance} asks for it and tells what
 * came of it.
 */
@NullMarked
package onceward.messaging.retention;

import org.jspecify.annotations.NullMarked;
