package onceward.relay.pipeline;

/**
 * What a pipeline goes by was changed in good order while it streamed: the publication, or which
 * standbys have a part in what the server sends. The preflight of the next start judges the change.
 */
final class PremisesChangedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PremisesChangedException() {
    super("the publication or synchronized_standby_slots was changed");
  }
}
