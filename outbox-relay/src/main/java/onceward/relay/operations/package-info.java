/** What operators see of the pipelines, and have them do: endpoint, health, metrics. */
@NullMarked
package onceward.relay.operations;

import org.jspecify.annotations.NullMarked;
