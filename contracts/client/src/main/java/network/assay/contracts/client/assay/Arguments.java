package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import network.assay.contracts.client.assay.DeploymentStep.Argument;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Type;

/**
 * A constructor's arguments: as they are encoded, as they are shown, and by which view the contract
 * tells them. Where nothing else is said an argument's view has its name.
 */
final class Arguments {
  private final List<Argument> shown = new ArrayList<>();
  private final List<Type<?>> encoded = new ArrayList<>();

  Arguments address(String name, Address value) {
    return address(name, value, name);
  }

  /**
   * @param read the view; empty: none
   */
  Arguments address(String name, Address value, String read) {
    return add(new Argument(name, value.hex(), "", read), Abi.address(value));
  }

  Arguments u16(String name, int value, String unit) {
    return add(new Argument(name, "" + value, unit, name), Abi.u16(value));
  }

  Arguments u32(String name, long value, String unit) {
    return add(new Argument(name, "" + value, unit, name), Abi.u32(value));
  }

  Arguments u96(String name, BigInteger value, String unit) {
    return add(new Argument(name, value.toString(), unit, name), Abi.u96(value));
  }

  Arguments u256(String name, long value, String unit, String read) {
    return add(new Argument(name, "" + value, unit, read), Abi.u256(BigInteger.valueOf(value)));
  }

  /** For which there is no view of this form. */
  Arguments addresses(String name, List<Address> values, String what) {
    return add(new Argument(name, values.toString(), what, ""), Abi.addresses(values));
  }

  /** For which there is no view of this form. */
  Arguments words(String name, List<Bytes32> values, String what) {
    return add(new Argument(name, values.toString(), what, ""), Abi.words(values));
  }

  /**
   * A struct whose members have a view each, named as they are.
   *
   * @param hidden names of members that have none
   */
  Arguments wiring(List<Param> members, List<String> hidden) {
    members.forEach(each ->
        shown.add(
            new Argument(
                each.name(),
                each.value(),
                each.unit(),
                hidden.contains(each.name()) ? "" : each.name())));
    encoded.add(Param.tuple(members));
    return this;
  }

  /** A struct that one view gives back, its members in this order. */
  Arguments struct(String view, List<Param> members) {
    for (int i = 0; i < members.size(); i++) {
      Param each = members.get(i);
      shown.add(new Argument(each.name(), each.value(), each.unit(), view + "#" + i));
    }
    encoded.add(Param.tuple(members));
    return this;
  }

  /** The same for a contract that shows none of them. */
  Arguments unread() {
    Arguments copy = new Arguments();
    shown.forEach(each -> copy.shown.add(new Argument(each.name(), each.value(), each.unit(), "")));
    copy.encoded.addAll(encoded);
    return copy;
  }

  private Arguments add(Argument argument, Type<?> type) {
    shown.add(argument);
    encoded.add(type);
    return this;
  }

  List<Argument> shown() {
    return List.copyOf(shown);
  }

  /** ABI-encoded, without 0x. */
  @SuppressWarnings("rawtypes") // web3j's own signatures
  String encoded() {
    List<Type> list = new ArrayList<>(encoded);
    return FunctionEncoder.encodeConstructor(list);
  }
}
