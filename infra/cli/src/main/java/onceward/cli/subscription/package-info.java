/** Commands that look at what services consume, and let stopped subscriptions go on. */
@NullMarked
package onceward.cli.subscription;

import org.jspecify.annotations.NullMarked;
