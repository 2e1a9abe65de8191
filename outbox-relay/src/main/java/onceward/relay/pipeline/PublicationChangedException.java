package onceward.relay.pipeline;

/**
 * The publication was changed while the pipeline streamed. The preflight of the next start judges
 * the change.
 */
final class PublicationChangedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PublicationChangedException() {
    super("the publication was changed");
  }
}
