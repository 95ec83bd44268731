// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Vm
/// @notice The part of forge's cheatcodes that the tests here use. The signatures are forge's own; see the Foundry book,
/// "Cheatcodes Reference". Add what you need, with the same signature, and nothing else.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    // Block and time.
    function warp(uint256 timestamp) external;
    function roll(uint256 height) external;
    function chainId(uint256 id) external;
    function fee(uint256 baseFee) external;
    function prevrandao(bytes32 value) external;
    function getBlockTimestamp() external view returns (uint256);
    function getBlockNumber() external view returns (uint256);
    function setBlockhash(uint256 height, bytes32 hash) external;

    // Who calls, and with what.
    function prank(address sender) external;
    function prank(address sender, address origin) external;
    function startPrank(address sender) external;
    function startPrank(address sender, address origin) external;
    function stopPrank() external;
    function deal(address account, uint256 wei_) external;
    function etch(address account, bytes calldata code) external;
    function store(address account, bytes32 slot, bytes32 value) external;
    function load(address account, bytes32 slot) external view returns (bytes32);
    function setNonce(address account, uint64 nonce) external;
    function getNonce(address account) external view returns (uint64);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);

    /// @dev From forge's output, by "File.sol:Contract"; created by the caller, with its nonce.
    function getCode(string calldata artifact) external view returns (bytes memory initcode);
    function deployCode(string calldata artifact) external returns (address deployed);
    function deployCode(string calldata artifact, bytes calldata constructorArgs) external returns (address deployed);

    // Keys and signatures.
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function signCompact(uint256 privateKey, bytes32 digest) external pure returns (bytes32 r, bytes32 vs);
    function signP256(uint256 privateKey, bytes32 digest) external pure returns (bytes32 r, bytes32 s);
    function publicKeyP256(uint256 privateKey) external pure returns (uint256 x, uint256 y);

    // What must happen next.
    function expectRevert() external;
    function expectRevert(bytes4 reason) external;
    function expectRevert(bytes calldata reason) external;
    function expectRevert(bytes calldata reason, address reverter) external;
    function expectPartialRevert(bytes4 reason) external;
    function expectEmit() external;
    function expectEmit(address emitter) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function expectEmit(address emitter, uint64 count) external;
    function expectCall(address callee, bytes calldata data) external;
    function expectCall(address callee, bytes calldata data, uint64 count) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory logs);
    function record() external;
    function accesses(address target) external returns (bytes32[] memory reads, bytes32[] memory writes);

    // Answers of others.
    function mockCall(address callee, bytes calldata data, bytes calldata answer) external;
    function mockCallRevert(address callee, bytes calldata data, bytes calldata reason) external;
    function clearMockedCalls() external;

    // State snapshots.
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool success);
    function deleteStateSnapshot(uint256 id) external returns (bool success);

    // Gas. Snapshots are written to snapshots/GROUP.json.
    function pauseGasMetering() external;
    function resumeGasMetering() external;
    function resetGasMetering() external;
    function cool(address target) external;
    function lastCallGas() external view returns (Gas memory gas);
    function snapshotValue(string calldata group, string calldata name, uint256 value) external;
    function snapshotGasLastCall(string calldata group, string calldata name) external returns (uint256 gasUsed);
    function startSnapshotGas(string calldata group, string calldata name) external;
    function stopSnapshotGas() external returns (uint256 gasUsed);

    // Files (the vectors), environment, text.
    function projectRoot() external view returns (string memory path);
    function readFile(string calldata path) external view returns (string memory text);
    /// @dev The next line, or "" after the last one.
    function readLine(string calldata path) external view returns (string memory line);
    function writeFile(string calldata path, string calldata text) external;
    function exists(string calldata path) external view returns (bool);
    function envOr(string calldata name, bool otherwise) external view returns (bool);
    function envOr(string calldata name, uint256 otherwise) external view returns (uint256);
    function envOr(string calldata name, string calldata otherwise) external view returns (string memory);
    function toString(address value) external pure returns (string memory);
    function toString(bytes calldata value) external pure returns (string memory);
    function toString(bytes32 value) external pure returns (string memory);
    function toString(uint256 value) external pure returns (string memory);
    function parseUint(string calldata text) external pure returns (uint256);
    function parseBytes(string calldata text) external pure returns (bytes memory);
    function parseBytes32(string calldata text) external pure returns (bytes32);
    function parseAddress(string calldata text) external pure returns (address);

    // JSON; `key` is a JSON path such as ".cases[0].digest".
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJson(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonKeys(string calldata json, string calldata key) external pure returns (string[] memory);
    function parseJsonBool(string calldata json, string calldata key) external pure returns (bool);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonInt(string calldata json, string calldata key) external pure returns (int256);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function parseJsonIntArray(string calldata json, string calldata key) external pure returns (int256[] memory);
    function parseJsonAddressArray(string calldata json, string calldata key) external pure returns (address[] memory);
    function parseJsonBytesArray(string calldata json, string calldata key) external pure returns (bytes[] memory);
    function parseJsonBytes32Array(string calldata json, string calldata key) external pure returns (bytes32[] memory);
    function parseJsonStringArray(string calldata json, string calldata key) external pure returns (string[] memory);

    // Fuzzing, labels, random numbers (seeded by fuzz.seed).
    function assume(bool condition) external pure;
    function label(address account, string calldata name) external;
    function randomUint() external view returns (uint256);
    function randomUint(uint256 min, uint256 max) external view returns (uint256);
    function skip(bool really, string calldata reason) external;

    // Assertions: forge prints what it got and what it wanted.
    function assertTrue(bool condition) external pure;
    function assertTrue(bool condition, string calldata note) external pure;
    function assertFalse(bool condition) external pure;
    function assertFalse(bool condition, string calldata note) external pure;
    function assertEq(bool got, bool want) external pure;
    function assertEq(bool got, bool want, string calldata note) external pure;
    function assertEq(uint256 got, uint256 want) external pure;
    function assertEq(uint256 got, uint256 want, string calldata note) external pure;
    function assertEq(int256 got, int256 want) external pure;
    function assertEq(int256 got, int256 want, string calldata note) external pure;
    function assertEq(address got, address want) external pure;
    function assertEq(address got, address want, string calldata note) external pure;
    function assertEq(bytes32 got, bytes32 want) external pure;
    function assertEq(bytes32 got, bytes32 want, string calldata note) external pure;
    function assertEq(bytes calldata got, bytes calldata want) external pure;
    function assertEq(bytes calldata got, bytes calldata want, string calldata note) external pure;
    function assertEq(string calldata got, string calldata want) external pure;
    function assertEq(string calldata got, string calldata want, string calldata note) external pure;
    function assertEq(uint256[] calldata got, uint256[] calldata want) external pure;
    function assertEq(bytes32[] calldata got, bytes32[] calldata want) external pure;
    function assertEq(address[] calldata got, address[] calldata want) external pure;
    function assertNotEq(uint256 got, uint256 other) external pure;
    function assertNotEq(uint256 got, uint256 other, string calldata note) external pure;
    function assertNotEq(address got, address other) external pure;
    function assertNotEq(address got, address other, string calldata note) external pure;
    function assertNotEq(bytes32 got, bytes32 other) external pure;
    function assertNotEq(bytes32 got, bytes32 other, string calldata note) external pure;
    function assertLt(uint256 got, uint256 bound) external pure;
    function assertLt(uint256 got, uint256 bound, string calldata note) external pure;
    function assertLe(uint256 got, uint256 bound) external pure;
    function assertLe(uint256 got, uint256 bound, string calldata note) external pure;
    function assertGt(uint256 got, uint256 bound) external pure;
    function assertGt(uint256 got, uint256 bound, string calldata note) external pure;
    function assertGe(uint256 got, uint256 bound) external pure;
    function assertGe(uint256 got, uint256 bound, string calldata note) external pure;
    function assertApproxEqAbs(uint256 got, uint256 want, uint256 delta) external pure;
    function assertApproxEqAbs(uint256 got, uint256 want, uint256 delta, string calldata note) external pure;
}
