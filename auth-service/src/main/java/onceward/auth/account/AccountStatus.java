package onceward.auth.account;

/**
 * The state of an account. {@code PENDING} becomes {@code ACTIVE} or {@code REJECTED}, once; both
 * are final for the sign-up.
 */
public enum AccountStatus {
  /** Registered, and locked by the sign-up saga: nobody can log in. */
  PENDING,
  /** May log in. */
  ACTIVE,
  /** Compensated, with a reason; the login id is free again. */
  REJECTED
}
