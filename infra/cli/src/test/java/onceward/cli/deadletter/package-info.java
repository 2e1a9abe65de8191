/** Dead letters of services that no stack runs. */
@NullMarked
package onceward.cli.deadletter;

import org.jspecify.annotations.NullMarked;
