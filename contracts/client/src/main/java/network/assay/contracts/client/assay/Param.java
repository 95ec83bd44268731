package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.List;
import network.assay.contracts.protocol.Address;
import org.web3j.abi.datatypes.Type;

/**
 * One member of a struct of parameters: as it is shown, and as it is encoded.
 *
 * @param unit seconds, 1/10,000, token base units …
 */
record Param(String name, String value, String unit, Type<?> type) {
  /** Shown as the word that the chain tells: 1 or 0. */
  static Param bool(String name, boolean value, String what) {
    return new Param(name, value ? "1" : "0", what, Abi.bool(value));
  }

  static Param u8(String name, int value, String unit) {
    return new Param(name, "" + value, unit, Abi.u8(value));
  }

  static Param u16(String name, int value, String unit) {
    return new Param(name, "" + value, unit, Abi.u16(value));
  }

  static Param u32(String name, long value, String unit) {
    return new Param(name, "" + value, unit, Abi.u32(value));
  }

  static Param u96(String name, BigInteger value, String unit) {
    return new Param(name, value.toString(), unit, Abi.u96(value));
  }

  static Param address(String name, Address value) {
    return address(name, value, "");
  }

  static Param address(String name, Address value, String what) {
    return new Param(name, value.hex(), what, Abi.address(value));
  }

  static Param addresses(String name, List<Address> values, String what) {
    return new Param(name, values.toString(), what, Abi.addresses(values));
  }

  /** The struct that these are the members of. */
  static Type<?> tuple(List<Param> members) {
    return Abi.tuple(members.stream().map(Param::type).toArray(Type<?>[]::new));
  }
}
