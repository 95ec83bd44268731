package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.StructType;
import network.assay.contracts.protocol.TypedStruct;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint40;
import org.web3j.abi.datatypes.generated.Uint48;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.abi.datatypes.generated.Uint96;

/** From our types to calldata (Solidity's "Contract ABI Specification"). */
@SuppressWarnings("rawtypes") // web3j's own signatures
final class Abi {
  private Abi() {}

  /** Calldata of a call. */
  static String call(String function, Type<?>... arguments) {
    List<Type> inputs = new ArrayList<>(Arrays.asList(arguments));
    return FunctionEncoder.encode(new Function(function, inputs, List.of()));
  }

  static Type<?> address(Address value) {
    return new org.web3j.abi.datatypes.Address(value.hex());
  }

  static Type<?> bytes32(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.toArray());
  }

  static Type<?> bytes(byte[] value) {
    return new DynamicBytes(value);
  }

  static Type<?> bool(boolean value) {
    return new Bool(value);
  }

  static Type<?> u8(int value) {
    return new Uint8(value);
  }

  static Type<?> u16(int value) {
    return new Uint16(value);
  }

  static Type<?> u32(long value) {
    return new Uint32(value);
  }

  static Type<?> u40(long value) {
    return new Uint40(value);
  }

  static Type<?> u48(long value) {
    return new Uint48(value);
  }

  /** All 64 bits, taken as unsigned. */
  static Type<?> u64(long value) {
    return new Uint64(unsigned(value));
  }

  static Type<?> u96(BigInteger value) {
    return new Uint96(value);
  }

  static Type<?> u256(BigInteger value) {
    return new Uint256(value);
  }

  static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  /** A signed message as the ABI's static struct: its members are its EIP-712 words. */
  static Type<?> struct(TypedStruct struct) {
    List<Type> members = new ArrayList<>();
    Object[] values = struct.values();
    List<StructType.Field> fields = struct.type().fields();
    for (int i = 0; i < values.length; i++) {
      members.add(member(fields.get(i).type(), values[i]));
    }
    return new StaticStruct(members);
  }

  private static Type<?> member(String type, Object value) {
    return switch (type) {
      case "address" -> address((Address) value);
      case "bytes32" -> bytes32((Bytes32) value);
      case "uint8" -> u8((int) value);
      case "uint16" -> u16((int) value);
      case "uint32" -> u32((long) value);
      case "uint40" -> u40((long) value);
      case "uint64" -> u64((long) value);
      case "uint96" -> u96((BigInteger) value);
      default -> throw new IllegalArgumentException("no ABI type for " + type);
    };
  }

  static StaticStruct card(JobCard card) {
    return new StaticStruct(
        List.<Type>of(
            bytes32(card.terms()),
            address(card.consumer()),
            address(card.provider()),
            u40(card.deviceIndex()),
            u96(card.amount())));
  }

  static Type<?> outcome(JobOutcome outcome) {
    return tuple(
        u8(outcome.code()),
        u96(outcome.paid()),
        bytes32(outcome.resultHash()),
        u40(outcome.challengeUntil()));
  }

  static Type<?> tuple(Type<?>... members) {
    List<Type> list = new ArrayList<>(Arrays.asList(members));
    return Arrays.stream(members)
            .anyMatch(m -> m instanceof DynamicBytes || m instanceof DynamicArray)
        ? new DynamicStruct(list)
        : new StaticStruct(list);
  }

  static Type<?> addresses(List<Address> values) {
    return new DynamicArray<>(
        org.web3j.abi.datatypes.Address.class,
        values.stream().map(a -> new org.web3j.abi.datatypes.Address(a.hex())).toList());
  }

  static Type<?> words(List<Bytes32> values) {
    return new DynamicArray<>(
        org.web3j.abi.datatypes.generated.Bytes32.class,
        values.stream()
            .map(b -> new org.web3j.abi.datatypes.generated.Bytes32(b.toArray()))
            .toList());
  }
}
