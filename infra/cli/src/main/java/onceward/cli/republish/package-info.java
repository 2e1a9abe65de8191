/** {@code onceward republish}: brings back from an outbox what its topics lack. */
@NullMarked
package onceward.cli.republish;

import org.jspecify.annotations.NullMarked;
