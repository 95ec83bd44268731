package network.assay.oracle.verify;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A row of comparisons that ends at the first difference, which becomes the finding. */
final class Same {

  private final @Nullable Finding difference;

  private Same(@Nullable Finding difference) {
    this.difference = difference;
  }

  static Same start() {
    return new Same(null);
  }

  /** Compares, unless something differed before. */
  Same and(String reason, Object got, Object want) {
    return difference != null || got.equals(want)
        ? this
        : new Same(Finding.rejected(reason, got, want));
  }

  /** Goes on with what is dear to compute, unless something differed before. */
  Same andThen(Supplier<Same> more) {
    return difference != null ? this : more.get();
  }

  /** The first difference, or acceptance in these words. */
  Finding finding(String accepted) {
    return difference != null ? difference : Finding.accepted(accepted);
  }
}
