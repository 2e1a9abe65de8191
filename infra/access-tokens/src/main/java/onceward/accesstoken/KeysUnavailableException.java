package onceward.accesstoken;

/**
 * No token can be verified yet, because auth-service has not answered once. The same request may
 * succeed later.
 */
public final class KeysUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  KeysUnavailableException() {
    super(
        "Access tokens cannot be verified before auth-service has been reached once; try again later.");
  }
}
