package onceward.gateway.me;

import io.micronaut.serde.annotation.Serdeable;

/** What auth-service knows of the caller. Unknown fields are ignored. */
@Serdeable
record Account(String accountId, String loginId, String status) {}
