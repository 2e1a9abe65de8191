/**
 * Getting the data of a lost database back from topics. Start at {@link
 * onceward.messaging.restore.Restoration}.
 */
@NullMarked
package onceward.messaging.restore;

import org.jspecify.annotations.NullMarked;
