package onceward.relay.source;

import java.util.Optional;
import onceward.relay.position.Lsn;

/**
 * What a server on a later timeline says of the one that a position was reached on.
 *
 * @param forkedAt where the server's log left that timeline; empty if it does not come from there
 * @param hasLast whether the last published transaction is committed on this server; true if the
 *     position names none
 */
public record Promotion(Optional<Lsn> forkedAt, boolean hasLast) {}
