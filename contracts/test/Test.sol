// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// @title Test
/// @notice What every test contract inherits: cheatcodes as `vm`, assertions, named accounts, bounds for fuzzed values,
/// and, for invariant tests, the choice of what forge's fuzzer may call.
abstract contract Test {
    /// @dev forge answers cheatcodes at this address: the last 20 bytes of keccak256("hevm cheat code").
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    struct Account {
        address addr;
        uint256 key;
    }

    error NoRoomBetweenBounds(uint256 min, uint256 max);

    address[] private _targetContracts;
    address[] private _excludedContracts;
    address[] private _targetSenders;
    FuzzSelector[] private _targetSelectors;

    /// @notice Creates a contract of src from its artifact. Tests never import an implementation: so a change in src
    /// compiles no test anew, and tests compile without the slow intermediate representation.
    /// @param artifact as `TokenVault.sol:TokenVault`
    /// @dev A revert of the constructor comes through unchanged, as with `new`.
    function deploy(string memory artifact, bytes memory arguments) internal returns (address made) {
        bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
            if iszero(made) {
                returndatacopy(code, 0, returndatasize())
                revert(code, returndatasize())
            }
        }
    }

    // --- Invariant tests: forge asks these four functions which calls it may make. ---

    function targetContracts() public view returns (address[] memory) {
        return _targetContracts;
    }

    function excludeContracts() public view returns (address[] memory) {
        return _excludedContracts;
    }

    function targetSenders() public view returns (address[] memory) {
        return _targetSenders;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory) {
        return _targetSelectors;
    }

    /// @notice The fuzzer calls only the contracts named so (handlers), never the contracts under test.
    function targetContract(address handler) internal {
        _targetContracts.push(handler);
    }

    function excludeContract(address contract_) internal {
        _excludedContracts.push(contract_);
    }

    function targetSender(address sender) internal {
        _targetSenders.push(sender);
    }

    /// @notice The fuzzer calls only these functions of `handler`.
    function targetSelector(address handler, bytes4[] memory selectors) internal {
        _targetSelectors.push(FuzzSelector(handler, selectors));
    }

    // --- Fuzzed values. ---

    /// @notice Folds `x` into [min, max]. Values already inside stay as they are, so that forge's dictionary of
    /// interesting numbers keeps its worth; the edges of uint256 become the edges of the range.
    function bound(uint256 x, uint256 min, uint256 max) internal pure returns (uint256) {
        if (min > max) revert NoRoomBetweenBounds(min, max);
        if (x >= min && x <= max) return x;
        uint256 size = max - min + 1; // Not zero: a range of all of uint256 returned above.
        if (x <= 3 && size > x) return min + x;
        if (x >= type(uint256).max - 3 && size > type(uint256).max - x) return max - (type(uint256).max - x);
        return min + (x % size);
    }

    // --- Accounts. ---

    /// @notice An account whose key is derived from its name; forge's traces show the name.
    function account(string memory name) internal returns (Account memory made) {
        made.key = uint256(keccak256(bytes(name)));
        made.addr = vm.addr(made.key);
        vm.label(made.addr, name);
    }

    function makeAddr(string memory name) internal returns (address) {
        return account(name).addr;
    }

    /// @return signature r | s | v, 65 bytes, as wallets send it.
    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    // --- Time. ---

    function skip(uint256 time) internal {
        vm.warp(vm.getBlockTimestamp() + time);
    }

    // --- Assertions: got first, want second. ---

    function assertTrue(bool condition) internal pure {
        vm.assertTrue(condition);
    }

    function assertTrue(bool condition, string memory note) internal pure {
        vm.assertTrue(condition, note);
    }

    function assertFalse(bool condition) internal pure {
        vm.assertFalse(condition);
    }

    function assertFalse(bool condition, string memory note) internal pure {
        vm.assertFalse(condition, note);
    }

    function assertEq(bool got, bool want) internal pure {
        vm.assertEq(got, want);
    }

    function assertEq(bool got, bool want, string memory note) internal pure {
        vm.assertEq(got, want, note);
    }

    function assertEq(uint256 got, uint256 want) internal pure {
        vm.assertEq(got, want);
    }

    function assertEq(uint256 got, uint256 want, string memory note) internal pure {
        vm.assertEq(got, want, note);
    }

    function assertEq(int256 got, int256 want) internal pure {
        vm.assertEq(got, want);
    }

    function assertEq(int256 got, int256 want, string memory note) internal pure {
        vm.assertEq(got, want, note);
    }

    function assertEq(address got, address want) internal pure {
        vm.assertEq(got, want);
    }

    function assertEq(address got, address want, string memory note) internal pure {
        vm.assertEq(got, want, note);
    }

    function assertEq(bytes32 got, bytes32 want) internal pure {
        vm.assertEq(got, want);
    }

    function assertEq(bytes32 got, bytes32 want, string memory note) internal pure {
        vm.assertEq(got, want, note);
    }

    function assertEq(bytes memory got, bytes memory want) internal pure {
        vm.assertEq(got, want);
    }

    function assertEq(bytes memory got, bytes memory want, string memory note) internal pure {
        vm.assertEq(got, want, note);
    }

    function assertEq(string memory got, string memory want) internal pure {
        vm.assertEq(got, want);
    }

    function assertEq(string memory got, string memory want, string memory note) internal pure {
        vm.assertEq(got, want, note);
    }

    function assertEq(uint256[] memory got, uint256[] memory want) internal pure {
        vm.assertEq(got, want);
    }

    function assertEq(bytes32[] memory got, bytes32[] memory want) internal pure {
        vm.assertEq(got, want);
    }

    function assertEq(address[] memory got, address[] memory want) internal pure {
        vm.assertEq(got, want);
    }

    function assertNotEq(uint256 got, uint256 other) internal pure {
        vm.assertNotEq(got, other);
    }

    function assertNotEq(uint256 got, uint256 other, string memory note) internal pure {
        vm.assertNotEq(got, other, note);
    }

    function assertNotEq(address got, address other) internal pure {
        vm.assertNotEq(got, other);
    }

    function assertNotEq(address got, address other, string memory note) internal pure {
        vm.assertNotEq(got, other, note);
    }

    function assertNotEq(bytes32 got, bytes32 other) internal pure {
        vm.assertNotEq(got, other);
    }

    function assertNotEq(bytes32 got, bytes32 other, string memory note) internal pure {
        vm.assertNotEq(got, other, note);
    }

    function assertLt(uint256 got, uint256 limit) internal pure {
        vm.assertLt(got, limit);
    }

    function assertLt(uint256 got, uint256 limit, string memory note) internal pure {
        vm.assertLt(got, limit, note);
    }

    function assertLe(uint256 got, uint256 limit) internal pure {
        vm.assertLe(got, limit);
    }

    function assertLe(uint256 got, uint256 limit, string memory note) internal pure {
        vm.assertLe(got, limit, note);
    }

    function assertGt(uint256 got, uint256 limit) internal pure {
        vm.assertGt(got, limit);
    }

    function assertGt(uint256 got, uint256 limit, string memory note) internal pure {
        vm.assertGt(got, limit, note);
    }

    function assertGe(uint256 got, uint256 limit) internal pure {
        vm.assertGe(got, limit);
    }

    function assertGe(uint256 got, uint256 limit, string memory note) internal pure {
        vm.assertGe(got, limit, note);
    }

    function assertApproxEqAbs(uint256 got, uint256 want, uint256 delta) internal pure {
        vm.assertApproxEqAbs(got, want, delta);
    }

    function assertApproxEqAbs(uint256 got, uint256 want, uint256 delta, string memory note) internal pure {
        vm.assertApproxEqAbs(got, want, delta, note);
    }
}
