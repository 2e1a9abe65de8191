package onceward.auth.account;

/**
 * Where an account stands. {@code PENDING} becomes {@code ACTIVE} or {@code REJECTED}, once; both
 * are final for the sign-up.
 */
public enum AccountStatus {
  /** Registered; the sign-up saga holds the lock. */
  PENDING,
  /** May log in. */
  ACTIVE,
  /** Compensated, with a reason; the login id is free again. */
  REJECTED
}
