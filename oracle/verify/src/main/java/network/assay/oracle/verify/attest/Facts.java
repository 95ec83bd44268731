package network.assay.oracle.verify.attest;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was read from evidence, for policies and for people. These are as good as the claims beside
 * them: facts of rejected evidence are what a liar wrote.
 *
 * @param reportData the user data that the evidence carries, if the family has any
 * @param measurements name ("mrtd", "rtmr0", "mrenclave", "pcr0", "measurement") → lower-case hex
 * @param identity name ("ppid", "fmspc", "chip-id", "gpu-certificate") → lower-case hex or text
 * @param debug whether the hardware ran it in debug mode; empty where the family cannot tell
 * @param signedBy SHA-256, lower-case hex, of the pinned root's certificate that the signature
 *     leads to
 * @param validFrom from when the verdict holds, by certificates and collateral
 * @param validUntil until when it holds
 */
public record Facts(
    Optional<byte[]> reportData,
    Map<String, String> measurements,
    Map<String, String> identity,
    Optional<Boolean> debug,
    Optional<String> signedBy,
    Optional<Instant> validFrom,
    Optional<Instant> validUntil) {

  /** Copies the maps, in their order. */
  public Facts {
    measurements = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(measurements));
    identity = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(identity));
  }

  /** Nothing was read. */
  public static Facts none() {
    return new Builder().build();
  }

  /** Collects facts as a verifier reads them. */
  public static final class Builder {
    private Optional<byte[]> reportData = Optional.empty();
    private final Map<String, String> measurements = new LinkedHashMap<>();
    private final Map<String, String> identity = new LinkedHashMap<>();
    private Optional<Boolean> debug = Optional.empty();
    private Optional<String> signedBy = Optional.empty();
    private Optional<Instant> validFrom = Optional.empty();
    private Optional<Instant> validUntil = Optional.empty();

    /** The user data field. */
    @CanIgnoreReturnValue
    public Builder reportData(byte[] bytes) {
      reportData = Optional.of(bytes);
      return this;
    }

    /** A measurement, lower-case hex. */
    @CanIgnoreReturnValue
    public Builder measurement(String name, String hex) {
      measurements.put(name, hex);
      return this;
    }

    /** What says which platform this is, or which version of what. */
    @CanIgnoreReturnValue
    public Builder identity(String name, String value) {
      identity.put(name, value);
      return this;
    }

    /** The debug flag. */
    @CanIgnoreReturnValue
    public Builder debug(boolean on) {
      debug = Optional.of(on);
      return this;
    }

    /** SHA-256 of the pinned root, lower-case hex. */
    @CanIgnoreReturnValue
    public Builder signedBy(String sha256) {
      signedBy = Optional.of(sha256);
      return this;
    }

    /** Narrows the time within which the verdict holds. */
    @CanIgnoreReturnValue
    public Builder valid(Instant from, Instant until) {
      validFrom = Optional.of(validFrom.filter(old -> old.isAfter(from)).orElse(from));
      validUntil = Optional.of(validUntil.filter(old -> old.isBefore(until)).orElse(until));
      return this;
    }

    /** What was collected. */
    public Facts build() {
      return new Facts(reportData, measurements, identity, debug, signedBy, validFrom, validUntil);
    }
  }
}
