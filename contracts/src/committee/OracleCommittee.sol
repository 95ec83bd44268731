// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEpochListener} from "../interfaces/IEpochListener.sol";
import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {CodeBlob} from "../libraries/CodeBlob.sol";
import {EpochSlots} from "./EpochSlots.sol";

/// @title OracleCommittee: documented on its interface, IOracleCommittee
/// @dev Epoch e's keys, pins and scheme are the code of the e-th contract that this one creates, so its address follows
/// from e and takes no storage.
contract OracleCommittee is IOracleCommittee {
    using EpochSlots for uint256;

    uint256 private constant SIZE_MIN = 4;
    uint256 private constant SIZE_MAX = 31;
    uint256 private constant KEY_BYTES = 20;
    uint256 private constant PIN_BYTES = 32;
    uint256 private constant SIGNATURE_BYTES = 64;
    /// @dev What the digest of an epoch has before its keys: tag 18, chain id 32, address 20, epoch 8, n 1, q 1.
    uint256 private constant HEAD_BYTES = 80;
    /// @dev Answerable epochs at once; bounds what a removal has to visit.
    uint256 private constant EPOCHS_MAX = 8;
    /// @dev Bounds `removedKeys`, which an eth_call returns whole. Only seated keys can be removed by others than the
    /// governor.
    uint256 private constant REMOVALS_MAX = 4_096;
    uint256 private constant LISTENERS_MAX = 6;
    uint8 private constant SCHEME_ECDSA = 1;
    /// @dev Signers choose the s for which recovery needs this v; then a key has one signature per r, and no second
    /// form.
    uint8 private constant V = 27;

    address public immutable governor;
    address public immutable settlement;
    address public immutable oracleStake;
    address private immutable LISTENER;
    address private immutable SECOND_LISTENER;
    uint32 public immutable overlapS;

    uint64 public currentEpoch;
    /// @dev Both beside currentEpoch, so that a rotation looks no further where there are none.
    uint16 private _removals;
    uint8 private _laterListeners;
    /// @dev Epoch e lies in slot e mod 8 (EpochSlots).
    uint256[EPOCHS_MAX] private _slots;
    mapping(uint64 epoch => mapping(uint256 quarter => uint256)) private _farPoints;
    mapping(address key => bool) public isRemoved;
    mapping(address reporter => bool) private _laterReporters;
    address[] private _removedKeys;
    address[] private _listeners;

    modifier onlyGovernor() {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        _;
    }

    constructor(address governor_, address[] memory keys, bytes32[] memory pins, Wiring memory wiring) {
        if (governor_ == address(0) || wiring.settlement == address(0)) revert ZeroAddress();
        if (wiring.overlapS == 0) revert ZeroOverlap();
        governor = governor_;
        settlement = wiring.settlement;
        oracleStake = wiring.oracleStake;
        LISTENER = wiring.listener;
        SECOND_LISTENER = wiring.secondListener;
        overlapS = wiring.overlapS;
        for (uint256 i = 0; i < EPOCHS_MAX; ++i) {
            _slots[i] = EpochSlots.UNUSED;
        }
        uint256 n = keys.length;
        bytes memory frame = _frame(n, pins.length);
        assembly ("memory-safe") {
            let to := add(frame, add(32, HEAD_BYTES))
            for { let i := 0 } lt(i, n) { i := add(i, 1) } {
                mstore(to, shl(96, mload(add(add(keys, 32), mul(i, 32)))))
                to := add(to, KEY_BYTES)
            }
            mcopy(to, add(pins, 32), mul(n, PIN_BYTES))
        }
        _begin(SCHEME_ECDSA, frame, n);
    }

    function rotate(address[] calldata keys, bytes32[] calldata pins) external onlyGovernor returns (uint64 epoch) {
        uint256 n = keys.length;
        bytes memory frame = _frame(n, pins.length);
        assembly ("memory-safe") {
            let to := add(frame, add(32, HEAD_BYTES))
            for { let i := 0 } lt(i, n) { i := add(i, 1) } {
                // Each key's word runs 12 bytes over its end; what comes next, and the pins last, overwrites them.
                mstore(to, shl(96, calldataload(add(keys.offset, mul(i, 32)))))
                to := add(to, KEY_BYTES)
            }
            calldatacopy(to, pins.offset, mul(n, PIN_BYTES))
        }
        epoch = _begin(SCHEME_ECDSA, frame, n);
        _announce(epoch);
    }

    function rotateScheme(uint8 scheme, bytes calldata keys, bytes32[] calldata pins)
        external
        onlyGovernor
        returns (uint64 epoch)
    {
        if (scheme != SCHEME_ECDSA) revert UnknownScheme(scheme);
        if (keys.length % KEY_BYTES != 0) revert WrongKeyBytes(keys.length);
        uint256 n = keys.length / KEY_BYTES;
        bytes memory frame = _frame(n, pins.length);
        assembly ("memory-safe") {
            let to := add(frame, add(32, HEAD_BYTES))
            calldatacopy(to, keys.offset, keys.length)
            calldatacopy(add(to, keys.length), pins.offset, mul(n, PIN_BYTES))
        }
        epoch = _begin(scheme, frame, n);
        _announce(epoch);
    }

    function removeKey(address key) external {
        if (msg.sender != governor && msg.sender != oracleStake) revert MayNotRemove(msg.sender);
        if (key == address(0)) revert ZeroAddress();
        if (isRemoved[key]) revert AlreadyRemoved(key);
        if (_removals == REMOVALS_MAX) revert TooManyRemovals(uint256(_removals) + 1, REMOVALS_MAX);
        isRemoved[key] = true;
        _removals += 1;
        _removedKeys.push(key);
        for (uint256 i = 0; i < EPOCHS_MAX; ++i) {
            uint256 word = _slots[i];
            uint256 n = word.sizeOf();
            if (n == 0) continue;
            (bool found, uint256 index) = _find(_keysOf(word.epochOf(), n), key);
            if (found) _slots[i] = word.remove(index);
        }
        emit KeyRemoved(key);
    }

    function setReporter(address reporter, bool may) external onlyGovernor {
        if (reporter == address(0)) revert ZeroAddress();
        if (isReporter(reporter) == may) revert NothingToChange(reporter);
        if (reporter == settlement) revert NothingToChange(reporter); // for ever
        _laterReporters[reporter] = may;
        emit ReporterChanged(reporter, may);
    }

    function setListener(address listener, bool told) external onlyGovernor {
        if (listener == address(0)) revert ZeroAddress();
        uint256 place = 0;
        uint256 count = _listeners.length;
        while (place < count && _listeners[place] != listener) ++place;
        bool isTold = place < count || listener == LISTENER || listener == SECOND_LISTENER;
        if (isTold == told || (isTold && place == count)) revert NothingToChange(listener);
        emit ListenerChanged(listener, told);
        if (told) {
            if (count == LISTENERS_MAX) revert TooManyListeners(count + 1, LISTENERS_MAX);
            _listeners.push(listener);
            _laterListeners = uint8(count + 1);
            if (currentEpoch != 1) IEpochListener(listener).onEpoch(currentEpoch); // all begin with 1
        } else {
            _listeners[place] = _listeners[count - 1];
            _listeners.pop();
            _laterListeners = uint8(count - 1);
        }
    }

    function verify(uint64 epoch, bytes32 digest, uint256 bitmask, bytes calldata signatures) external view {
        _requireQuorum(_answerable(epoch), epoch, digest, bitmask, signatures);
    }

    function approveReport(uint64 epoch, uint64 seq, bytes32 digest, uint256 bitmask, bytes calldata signatures)
        external
    {
        if (msg.sender != settlement && !_laterReporters[msg.sender]) revert NotReporter(msg.sender);
        uint256 word = _answerable(epoch);
        uint256 points = _requireQuorum(word, epoch, digest, bitmask, signatures);
        (bool fresh, uint256 noted) = word.noteSeq(seq);
        if (!fresh) return;
        unchecked {
            noted += points; // no lane was full
        }
        if (noted.isAnyFull(points)) {
            _carryPoints(epoch, noted);
            noted = noted.withoutPoints();
        }
        _setSlot(epoch, noted);
    }

    function isReporter(address reporter) public view returns (bool) {
        return reporter == settlement || _laterReporters[reporter];
    }

    function oldestEpoch() external view returns (uint64) {
        return currentEpoch < EPOCHS_MAX ? 1 : currentEpoch - uint64(EPOCHS_MAX) + 1;
    }

    function answersUntil(uint64 epoch) external view returns (uint40) {
        uint256 word = _slotOf(epoch);
        _requireKnown(epoch);
        return word.epochOf() == epoch ? word.untilOf() : 0;
    }

    function schemeOf(uint64 epoch) external view returns (uint8) {
        _requireKnown(epoch);
        address blob = _blobAt(epoch);
        return uint8(CodeBlob.read(blob, _sizeOf(blob) * (KEY_BYTES + PIN_BYTES), 1)[0]);
    }

    function committeeOf(uint64 epoch)
        external
        view
        returns (uint8 n, uint8 q, address[] memory keys, bytes32[] memory pins)
    {
        _requireKnown(epoch);
        address blob = _blobAt(epoch);
        n = uint8(_sizeOf(blob));
        q = uint8(_quorumOf(n));
        bytes memory keyBytes = CodeBlob.read(blob, 0, n * KEY_BYTES);
        bytes memory pinBytes = CodeBlob.read(blob, n * KEY_BYTES, n * PIN_BYTES);
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
        _requireKnown(epoch);
        address blob = _blobAt(epoch);
        uint256 n = _sizeOf(blob);
        uint256 size = n * (KEY_BYTES + PIN_BYTES) + 1;
        return _digest(epoch, n, bytes.concat(new bytes(HEAD_BYTES), CodeBlob.read(blob, 0, size)));
    }

    function isSeated(uint64 epoch, address key) external view returns (bool found) {
        _requireKnown(epoch);
        (found,) = _find(_keysOf(epoch, _sizeOf(_blobAt(epoch))), key);
    }

    function removedKeys() external view returns (address[] memory) {
        return _removedKeys;
    }

    function pointsOf(uint64 epoch) external view returns (uint64[] memory points) {
        _requireKnown(epoch);
        uint256 word = _slotOf(epoch);
        points = new uint64[](_sizeOf(_blobAt(epoch)));
        if (word.epochOf() != epoch) return points;
        for (uint256 i = 0; i < points.length; ++i) {
            points[i] = uint64(_farPoints[epoch][i / 4] >> (64 * (i % 4))) + word.pointsAt(i);
        }
    }

    /// @dev Room for what the digest is over, the keys and pins at their places after the head, and the scheme's byte.
    function _frame(uint256 n, uint256 pins) private pure returns (bytes memory) {
        if (n < SIZE_MIN || n > SIZE_MAX || n % 3 != 1) revert WrongCommitteeSize(n);
        if (pins != n) revert WrongPinCount(pins, n);
        return new bytes(HEAD_BYTES + n * (KEY_BYTES + PIN_BYTES) + 1);
    }

    function _begin(uint8 scheme, bytes memory frame, uint256 n) private returns (uint64 epoch) {
        _requireUsable(frame, n);
        uint64 old = currentEpoch;
        epoch = old + 1;
        uint256 replaced = _slotOf(epoch);
        if (replaced.untilOf() >= block.timestamp) revert TooManyEpochs(replaced.epochOf(), replaced.untilOf());
        currentEpoch = epoch;
        _setSlot(epoch, EpochSlots.begin(epoch, n));
        if (old != 0) {
            _setSlot(old, _slotOf(old).endAt(uint40(block.timestamp) + overlapS));
        }
        frame[frame.length - 1] = bytes1(scheme);
        address blob = CodeBlob.writeAfter(frame, HEAD_BYTES);
        emit CommitteeRotated(epoch, _digest(epoch, n, frame), blob);
    }

    /// @dev Last in every caller.
    function _announce(uint64 epoch) private {
        if (LISTENER != address(0)) IEpochListener(LISTENER).onEpoch(epoch);
        if (SECOND_LISTENER != address(0)) IEpochListener(SECOND_LISTENER).onEpoch(epoch);
        uint256 count = _laterListeners;
        for (uint256 i = 0; i < count; ++i) {
            IEpochListener(_listeners[i]).onEpoch(epoch);
        }
    }

    /// @dev Adds the near word's points to the far words.
    function _carryPoints(uint64 epoch, uint256 word) private {
        uint256 n = word.sizeOf();
        for (uint256 quarter = 0; quarter * 4 < n; ++quarter) {
            uint256 sum = 0;
            for (uint256 i = quarter * 4; i < n && i < quarter * 4 + 4; ++i) {
                sum |= uint256(word.pointsAt(i)) << (64 * (i % 4));
            }
            // 2^64 reports never come: no lane runs over into the next.
            if (sum != 0) _farPoints[epoch][quarter] += sum;
        }
    }

    /// @dev `_slots[epoch % EPOCHS_MAX]`, without the compiler's look at the bounds.
    function _slotOf(uint64 epoch) private view returns (uint256 word) {
        uint256 last = EPOCHS_MAX - 1; // EPOCHS_MAX is a power of two
        assembly ("memory-safe") {
            word := sload(add(_slots.slot, and(epoch, last)))
        }
    }

    function _setSlot(uint64 epoch, uint256 word) private {
        uint256 last = EPOCHS_MAX - 1;
        assembly ("memory-safe") {
            sstore(add(_slots.slot, and(epoch, last)), word)
        }
    }

    function _answerable(uint64 epoch) private view returns (uint256 word) {
        word = _slotOf(epoch);
        bool known = word.epochOf() == epoch && epoch != 0;
        if (known && block.timestamp <= word.untilOf()) return word;
        _requireKnown(epoch);
        revert EpochRetired(epoch, block.timestamp, known ? word.untilOf() : 0);
    }

    function _requireKnown(uint64 epoch) private view {
        if (epoch == 0 || epoch > currentEpoch) revert UnknownEpoch(epoch, currentEpoch);
    }

    /// @return points one in each signer's lane
    function _requireQuorum(uint256 word, uint64 epoch, bytes32 digest, uint256 bitmask, bytes calldata signatures)
        private
        view
        returns (uint256 points)
    {
        uint256 n = word.sizeOf();
        uint256 q = _quorumOf(n);
        if (bitmask >> n != 0) revert SignerOutOfRange(bitmask, n);
        unchecked {
            if (signatures.length != q * SIGNATURE_BYTES) {
                if (_countBits(bitmask) != q) revert WrongSignerCount(_countBits(bitmask), q);
                revert WrongSignatureLength(signatures.length, q * SIGNATURE_BYTES);
            }
        }
        bytes memory keys = _keysOf(epoch, n);
        uint256 removed = bitmask & word.removedOf();
        if (removed != 0) revert RemovedKey(_keyAt(keys, _lowestBit(removed)));
        bool right;
        (right, points) = _recover(keys, digest, bitmask, signatures, EpochSlots.widthOf(n));
        if (!right) _revertWithWhatIsWrong(keys, digest, bitmask, signatures);
    }

    /// @dev ecrecover gives no bytes for an invalid (r, s): then the word at 0 is the signer's before, or 0 at first. As
    /// keys are distinct and none is 0, that is not the key looked for either.
    /// @return right whether there are as many signers as signatures, and each signature is its signer's
    function _recover(bytes memory keys, bytes32 digest, uint256 bitmask, bytes calldata signatures, uint256 laneBits)
        private
        view
        returns (bool right, uint256 points)
    {
        uint256 wrong = 0; // in its lower 160 bits, if any
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, digest)
            mstore(add(input, 32), V)
            let both := add(input, 64)
            mstore(0, 0)
            let place := signatures.offset
            let key := add(keys, KEY_BYTES) // a word whose lower 20 bytes are key 0
            let one := 1
            for { let rest := bitmask } rest { rest := shr(1, rest) } {
                if and(rest, 1) {
                    calldatacopy(both, place, SIGNATURE_BYTES)
                    pop(staticcall(gas(), 1, input, 128, 0, 32))
                    wrong := or(wrong, xor(mload(0), mload(key)))
                    points := or(points, one)
                    place := add(place, SIGNATURE_BYTES)
                }
                one := shl(laneBits, one)
                key := add(key, KEY_BYTES)
            }
            right := and(iszero(shl(96, wrong)), eq(place, add(signatures.offset, signatures.length)))
        }
    }

    /// @dev As `_recover`, slowly.
    function _revertWithWhatIsWrong(bytes memory keys, bytes32 digest, uint256 bitmask, bytes calldata signatures)
        private
        pure
    {
        uint256 signers = _countBits(bitmask);
        uint256 q = signatures.length / SIGNATURE_BYTES;
        if (signers != q) revert WrongSignerCount(signers, q);
        uint256 place = 0;
        for (uint256 i = 0;; ++i) {
            if ((bitmask >> i) & 1 == 0) continue;
            bytes32 r = bytes32(signatures[place:place + 32]);
            bytes32 s = bytes32(signatures[place + 32:place + SIGNATURE_BYTES]);
            address signer = ecrecover(digest, V, r, s);
            if (signer != _keyAt(keys, i)) revert WrongSigner(i, signer, _keyAt(keys, i));
            place += SIGNATURE_BYTES;
        }
    }

    function _requireUsable(bytes memory frame, uint256 n) private view {
        uint256 bad = 0; // index + 1 of the first key that is zero or stands there twice
        address key;
        assembly ("memory-safe") {
            let first := add(frame, add(32, HEAD_BYTES))
            let place := first
            for { let i := 0 } lt(i, n) { i := add(i, 1) } {
                let word := mload(place)
                if iszero(shr(96, word)) { bad := add(i, 1) }
                for { let before := first } lt(before, place) { before := add(before, KEY_BYTES) } {
                    if iszero(shr(96, xor(mload(before), word))) { bad := add(i, 1) }
                }
                if bad {
                    key := shr(96, word)
                    break
                }
                place := add(place, KEY_BYTES)
            }
        }
        if (bad != 0 && key == address(0)) revert ZeroKey(bad - 1);
        if (bad != 0) revert RepeatedKey(key);
        if (_removals == 0) return;
        for (uint256 i = 0; i < n; ++i) {
            assembly ("memory-safe") {
                key := shr(96, mload(add(add(frame, add(32, HEAD_BYTES)), mul(i, KEY_BYTES))))
            }
            if (isRemoved[key]) revert RemovedKey(key);
        }
    }

    function _find(bytes memory keys, address key) private pure returns (bool found, uint256 index) {
        uint256 n = keys.length / KEY_BYTES;
        while (index < n && _keyAt(keys, index) != key) ++index;
        return (index < n, index);
    }

    function _keysOf(uint64 epoch, uint256 n) private view returns (bytes memory) {
        unchecked {
            return CodeBlob.read(_blobAt(epoch), 0, n * KEY_BYTES);
        }
    }

    function _sizeOf(address blob) private view returns (uint256) {
        return (blob.code.length - 2) / (KEY_BYTES + PIN_BYTES);
    }

    /// @dev CREATE: the last 20 bytes of H(rlp([this, nonce])), and a contract's first nonce is 1, like the first
    /// epoch. Source: Yellow Paper, (92); EIP-161.
    function _blobAt(uint64 epoch) private view returns (address) {
        bytes32 hash;
        if (epoch < 0x80) {
            assembly ("memory-safe") {
                mstore(0, shl(72, or(or(shl(168, 0xd694), shl(8, address())), epoch)))
                hash := keccak256(0, 23)
            }
        } else if (epoch < 0x100) {
            hash = keccak256(abi.encodePacked(hex"d794", address(this), hex"81", uint8(epoch)));
        } else if (epoch < 0x10000) {
            hash = keccak256(abi.encodePacked(hex"d894", address(this), hex"82", uint16(epoch)));
        } else {
            hash = keccak256(abi.encodePacked(hex"d994", address(this), hex"83", uint24(epoch)));
        }
        return address(uint160(uint256(hash)));
    }

    /// @dev Writes the head before the keys and pins that are in the frame, and hashes all but the scheme's byte.
    function _digest(uint64 epoch, uint256 n, bytes memory frame) private view returns (bytes32 digest) {
        uint256 tail = uint256(epoch) << 16 | n << 8 | _quorumOf(n); // 10 bytes
        assembly ("memory-safe") {
            let head := add(frame, 32)
            // In an order in which each word's unused bytes are overwritten by the next.
            mstore(head, "assay/committee/v1")
            mstore(add(head, 48), or(shl(80, address()), tail))
            mstore(add(head, 18), chainid())
            digest := keccak256(head, sub(mload(frame), 1))
        }
    }

    function _keyAt(bytes memory keys, uint256 index) private pure returns (address key) {
        assembly ("memory-safe") {
            key := shr(96, mload(add(add(keys, 32), mul(index, KEY_BYTES))))
        }
    }

    function _quorumOf(uint256 n) private pure returns (uint256) {
        unchecked {
            return 2 * (n / 3) + 1;
        }
    }

    function _lowestBit(uint256 bits) private pure returns (uint256 index) {
        while ((bits >> index) & 1 == 0) ++index;
    }

    /// @dev Of 31 bits at most, in pairs, fours and bytes. Source: Warren, Hacker's Delight, 5-1.
    function _countBits(uint256 bits) private pure returns (uint256) {
        unchecked {
            bits -= (bits >> 1) & 0x55555555;
            bits = (bits & 0x33333333) + ((bits >> 2) & 0x33333333);
            bits = (bits + (bits >> 4)) & 0x0f0f0f0f;
            return (bits * 0x01010101 >> 24) & 0xff;
        }
    }
}
