/** What operators read, without a stack. */
@NullMarked
package onceward.cli.subscription;

import org.jspecify.annotations.NullMarked;
