// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {CodeBlob} from "../libraries/CodeBlob.sol";

/// @title OracleCommittee: documented on its interface, IOracleCommittee
contract OracleCommittee is IOracleCommittee {
    uint256 private constant SIZE_MIN = 4;
    uint256 private constant SIZE_MAX = 31;
    uint256 private constant KEY_BYTES = 20;
    uint256 private constant PIN_BYTES = 32;
    uint256 private constant SIGNATURE_BYTES = 64;
    /// @dev Bounds `removedKeys`; eight whole committees.
    uint256 private constant REMOVALS_MAX = 248;
    /// @dev Signers choose the s for which recovery needs this v; then a key has one signature per r, and no second
    /// form.
    uint8 private constant V = 27;

    struct Epoch {
        address blob; // keys, then pins
        uint8 n;
        uint8 q;
    }

    address public immutable governor;

    uint64 public currentEpoch;
    /// @dev Beside currentEpoch, so that `verify` asks a mapping about its signers only when any key was ever removed.
    uint8 private _removals;
    mapping(uint64 epoch => Epoch) private _epochs;
    mapping(address key => bool) public isRemoved;
    address[] private _removedKeys;

    modifier onlyGovernor() {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        _;
    }

    constructor(address governor_, address[] memory keys, bytes32[] memory pins) {
        if (governor_ == address(0)) revert ZeroAddress();
        governor = governor_;
        _begin(keys, pins);
    }

    function rotate(address[] calldata keys, bytes32[] calldata pins) external onlyGovernor returns (uint64 epoch) {
        return _begin(keys, pins);
    }

    function removeKey(address key) external onlyGovernor {
        if (key == address(0)) revert ZeroAddress();
        if (isRemoved[key]) revert AlreadyRemoved(key);
        if (_removals == REMOVALS_MAX) revert TooManyRemovals(uint256(_removals) + 1, REMOVALS_MAX);
        isRemoved[key] = true;
        _removals += 1;
        _removedKeys.push(key);
        emit KeyRemoved(key);
    }

    function verify(uint64 epoch, bytes32 digest, uint256 bitmask, bytes calldata signatures) external view {
        Epoch memory found = _epochOf(epoch);
        if (bitmask >> found.n != 0) revert SignerOutOfRange(bitmask, found.n);
        uint256 signers = _countBits(bitmask);
        if (signers != found.q) revert WrongSignerCount(signers, found.q);
        if (signatures.length != signers * SIGNATURE_BYTES) {
            revert WrongSignatureLength(signatures.length, signers * SIGNATURE_BYTES);
        }
        bool anyRemoved = _removals != 0;
        bytes memory keys = CodeBlob.read(found.blob, 0, found.n * KEY_BYTES);
        uint256 offset = 0;
        for (uint256 i = 0; i < found.n; ++i) {
            if ((bitmask >> i) & 1 == 0) continue;
            address key = _keyAt(keys, i);
            if (anyRemoved && isRemoved[key]) revert RemovedKey(key);
            address signer = _recover(digest, signatures, offset);
            if (signer != key) revert WrongSigner(i, signer, key);
            offset += SIGNATURE_BYTES;
        }
    }

    function committeeOf(uint64 epoch)
        external
        view
        returns (uint8 n, uint8 q, address[] memory keys, bytes32[] memory pins)
    {
        Epoch memory found = _epochOf(epoch);
        n = found.n;
        q = found.q;
        bytes memory keyBytes = CodeBlob.read(found.blob, 0, n * KEY_BYTES);
        bytes memory pinBytes = CodeBlob.read(found.blob, n * KEY_BYTES, n * PIN_BYTES);
        keys = new address[](n);
        pins = new bytes32[](n);
        for (uint256 i = 0; i < n; ++i) {
            keys[i] = _keyAt(keyBytes, i);
            bytes32 pin;
            assembly ("memory-safe") {
                pin := mload(add(add(pinBytes, 32), mul(i, PIN_BYTES)))
            }
            pins[i] = pin;
        }
    }

    function epochDigest(uint64 epoch) external view returns (bytes32) {
        Epoch memory found = _epochOf(epoch);
        bytes memory blob = CodeBlob.read(found.blob, 0, found.n * (KEY_BYTES + PIN_BYTES));
        return _digest(epoch, found.n, found.q, blob);
    }

    function removedKeys() external view returns (address[] memory) {
        return _removedKeys;
    }

    function _begin(address[] memory keys, bytes32[] memory pins) private returns (uint64 epoch) {
        uint256 n = keys.length;
        if (n < SIZE_MIN || n > SIZE_MAX || n % 3 != 1) revert WrongCommitteeSize(n);
        if (pins.length != n) revert WrongPinCount(pins.length, n);
        _requireUsable(keys);
        uint8 q = uint8(2 * (n / 3) + 1);
        bytes memory blob = _blobOf(keys, pins);
        epoch = currentEpoch + 1;
        currentEpoch = epoch;
        address where = CodeBlob.write(blob);
        _epochs[epoch] = Epoch(where, uint8(n), q);
        emit CommitteeRotated(epoch, _digest(epoch, uint8(n), q, blob), where, keys, pins);
    }

    function _requireUsable(address[] memory keys) private view {
        bool anyRemoved = _removals != 0;
        for (uint256 i = 0; i < keys.length; ++i) {
            if (keys[i] == address(0)) revert ZeroKey(i);
            if (anyRemoved && isRemoved[keys[i]]) revert RemovedKey(keys[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (keys[i] == keys[j]) revert RepeatedKey(keys[i]);
            }
        }
    }

    /// @dev 0 for an invalid (r, s), which is never a key. The caller has checked that the signature's 64 bytes are there.
    function _recover(bytes32 digest, bytes calldata signatures, uint256 offset) private pure returns (address) {
        bytes32 r;
        bytes32 s;
        assembly ("memory-safe") {
            r := calldataload(add(signatures.offset, offset))
            s := calldataload(add(signatures.offset, add(offset, 32)))
        }
        return ecrecover(digest, V, r, s);
    }

    function _epochOf(uint64 epoch) private view returns (Epoch memory found) {
        found = _epochs[epoch];
        if (found.n == 0) revert UnknownEpoch(epoch, currentEpoch);
    }

    function _digest(uint64 epoch, uint8 n, uint8 q, bytes memory blob) private view returns (bytes32) {
        return keccak256(abi.encodePacked("assay/committee/v1", block.chainid, address(this), epoch, n, q, blob));
    }

    /// @dev Not abi.encodePacked over the arrays: that would pad every key to 32 bytes.
    function _blobOf(address[] memory keys, bytes32[] memory pins) private pure returns (bytes memory blob) {
        uint256 n = keys.length;
        blob = new bytes(n * (KEY_BYTES + PIN_BYTES));
        for (uint256 i = 0; i < n; ++i) {
            address key = keys[i];
            assembly ("memory-safe") {
                // Each key's word runs 12 bytes over its end; what comes next, and the pins last, overwrites them.
                mstore(add(add(blob, 32), mul(i, KEY_BYTES)), shl(96, key))
            }
        }
        for (uint256 i = 0; i < n; ++i) {
            bytes32 pin = pins[i];
            assembly ("memory-safe") {
                mstore(add(add(add(blob, 32), mul(n, KEY_BYTES)), mul(i, PIN_BYTES)), pin)
            }
        }
    }

    function _keyAt(bytes memory keys, uint256 index) private pure returns (address key) {
        assembly ("memory-safe") {
            key := shr(96, mload(add(add(keys, 32), mul(index, KEY_BYTES))))
        }
    }

    function _countBits(uint256 bits) private pure returns (uint256 count) {
        for (; bits != 0; bits &= bits - 1) {
            ++count;
        }
    }
}
