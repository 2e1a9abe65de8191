/** What operators see of replays and ask of them, over HTTP. */
@NullMarked
package onceward.messaging.replay.operations;

import org.jspecify.annotations.NullMarked;
