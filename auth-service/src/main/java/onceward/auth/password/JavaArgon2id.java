package onceward.auth.password;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Bouncy Castle's implementation, for machines on which the native library does not load. */
final class JavaArgon2id implements Argon2id {

  @Override
  public String description() {
    return "Bouncy Castle (Java)";
  }

  @Override
  public byte[] hash(byte[] password, byte[] salt, Argon2Cost cost, int length) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib())
            .withIterations(cost.iterations())
            .withParallelism(cost.lanes())
            .withSalt(salt)
            .build());
    var hash = new byte[length];
    generator.generateBytes(password, hash);
    return hash;
  }
}
