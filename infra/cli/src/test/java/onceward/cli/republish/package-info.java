/** What operators read, without a stack. */
@NullMarked
package onceward.cli.republish;

import org.jspecify.annotations.NullMarked;
