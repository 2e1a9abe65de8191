package onceward.gateway.me;

import io.micronaut.serde.annotation.Serdeable;

/** The caller's account, as auth-service answers it. Unknown fields are ignored. */
@Serdeable
record Account(String accountId, String loginId, String status) {}
