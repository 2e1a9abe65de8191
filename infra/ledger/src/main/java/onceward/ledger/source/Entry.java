package onceward.ledger.source;

import java.util.UUID;

/** What one place knows of one message. */
public sealed interface Entry permits Appended, Published, Claimed, SetAside {

  /** The message. */
  UUID id();
}
