// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who may report, and what a quorum is
/// @notice Epochs count from 1. Epoch e has n = 3f+1 keys (4 to 31) and a quorum q = 2f+1. New jobs take the current
/// epoch. A committee that was rotated away answers for the jobs of its epoch for overlapS more seconds and then never
/// again; eight epochs at most are answerable at once. A removed key signs in no epoch any more, while n and q stay, so
/// that removing keys never makes a quorum cheaper.
///
/// A report that is accepted counts a *point* for each of its signers, once for its (epoch, seq): what oracles are paid
/// by (IOracleStake). A seq more than 16 behind the highest one accepted counts nothing.
///
/// Constructor: `OracleCommittee(address governor, address[] keys, bytes32[] pins, Wiring wiring)`; keys and pins are
/// those of epoch 1.
interface IOracleCommittee {
    /// @notice Those that the committee works with. None ever changes; later generations are added by the governor.
    struct Wiring {
        /// @dev May call `approveReport`.
        address settlement;
        /// @dev May call `removeKey` beside the governor: who proved an equivocation there. 0: nobody.
        address oracleStake;
        /// @dev Are told of every rotation (IEpochListener); 0: none.
        address listener;
        address secondListener;
        /// @dev Seconds that a committee answers for its jobs after it was rotated away; > 0. Longer than any job may
        /// take from its Accept to its report.
        uint32 overlapS;
    }

    /// @notice Only the governor may do this.
    error NotGovernor(address got, address want);
    /// @notice Neither the governor nor the OracleStake.
    error MayNotRemove(address got);
    /// @notice Only a Settlement counts reports.
    error NotReporter(address got);
    /// @notice A zero address where an account is wanted.
    error ZeroAddress();
    /// @notice A committee must answer for some time after its rotation.
    error ZeroOverlap();
    /// @notice No such signature scheme; 1 is ECDSA over secp256k1.
    error UnknownScheme(uint8 got);
    /// @notice n must be 3f+1, 4 to 31.
    error WrongCommitteeSize(uint256 got);
    /// @notice Keys take 20 bytes each in scheme 1.
    error WrongKeyBytes(uint256 got);
    /// @notice One TLS pin for each key.
    error WrongPinCount(uint256 got, uint256 want);
    /// @notice Key number `index` is the zero address.
    error ZeroKey(uint256 index);
    /// @notice A key has one seat.
    error RepeatedKey(address key);
    /// @notice The key was removed and signs, or sits, no more.
    error RemovedKey(address key);
    /// @notice The key was removed before.
    error AlreadyRemoved(address key);
    /// @notice The list of removed keys is full: a new committee contract is due.
    error TooManyRemovals(uint256 got, uint256 max);
    /// @notice No such epoch; they count from 1 to `current`.
    error UnknownEpoch(uint64 got, uint64 current);
    /// @notice The epoch's committee no longer answers.
    error EpochRetired(uint64 epoch, uint256 got, uint40 want);
    /// @notice Another rotation would cut `epoch` off from jobs that it still answers for until `until`.
    error TooManyEpochs(uint64 epoch, uint40 until);
    /// @notice The bitmask must have exactly q bits, all below n.
    error WrongSignerCount(uint256 got, uint256 want);
    /// @notice The bitmask names a signer that the committee of `n` does not have.
    error SignerOutOfRange(uint256 bitmask, uint256 n);
    /// @notice 64 bytes for each signer.
    error WrongSignatureLength(uint256 got, uint256 want);
    /// @notice Signature number `index` of the bitmask's keys recovers to another address.
    error WrongSigner(uint256 index, address got, address want);
    /// @notice No further market can be told of rotations.
    error TooManyListeners(uint256 got, uint256 max);
    /// @notice An address that is already what it should become, or is not what it should cease to be.
    error NothingToChange(address got);

    /// @notice Epoch `epoch` began. Its keys, pins and scheme are the code of `blob` after its first byte, for ever. The
    /// epoch before it answers for overlapS seconds from this block on.
    event CommitteeRotated(uint64 indexed epoch, bytes32 epochDigest, address blob);
    event KeyRemoved(address indexed key);
    event ReporterChanged(address indexed reporter, bool may);
    event ListenerChanged(address indexed listener, bool told);

    function governor() external view returns (address);
    function settlement() external view returns (address);
    function oracleStake() external view returns (address);
    /// @notice Seconds that a committee answers for its jobs after it was rotated away.
    function overlapS() external view returns (uint32);
    /// @notice The epoch that a job accepted now gets.
    function currentEpoch() external view returns (uint64);
    /// @notice The oldest epoch that can still be answerable.
    function oldestEpoch() external view returns (uint64);
    /// @notice Last second in which the epoch's committee answers: the far future for the current one.
    function answersUntil(uint64 epoch) external view returns (uint40);
    /// @notice How the epoch's committee signs: 1 is ECDSA over secp256k1.
    function schemeOf(uint64 epoch) external view returns (uint8);
    /// @notice n, q, keys and pins (SHA-256 of each node's TLS SubjectPublicKeyInfo) of any epoch there ever was.
    function committeeOf(uint64 epoch)
        external
        view
        returns (uint8 n, uint8 q, address[] memory keys, bytes32[] memory pins);
    /// @notice H("assay/committee/v1" ‖ chainId ‖ this ‖ epoch u64 ‖ n u8 ‖ q u8 ‖ keys ‖ pins).
    function epochDigest(uint64 epoch) external view returns (bytes32);
    /// @notice Whether `key` sits in this epoch's committee, removed or not.
    function isSeated(uint64 epoch, address key) external view returns (bool);
    function isRemoved(address key) external view returns (bool);
    function removedKeys() external view returns (address[] memory);
    function isReporter(address reporter) external view returns (bool);
    /// @notice Accepted reports that each key of the epoch signed, by index. All 0 once the epoch was forgotten.
    function pointsOf(uint64 epoch) external view returns (uint64[] memory);

    /// @notice Returns only if `signatures` are those of exactly q keys of the epoch over `digest`.
    /// @param bitmask bit i = key i signed
    /// @param signatures q × 64 bytes r‖s in ascending order of i, each with the s for which v = 27
    function verify(uint64 epoch, bytes32 digest, uint256 bitmask, bytes calldata signatures) external view;

    /// @notice `verify`, and counts a point for each signer unless (epoch, seq) was counted before. Only a Settlement.
    function approveReport(uint64 epoch, uint64 seq, bytes32 digest, uint256 bitmask, bytes calldata signatures)
        external;

    /// @notice Begins the next epoch with scheme 1. Only the governor.
    /// Effects: new jobs take the new epoch; the old one answers for overlapS more; listeners are told.
    /// Requirements: n = 3f+1 in 4 to 31; keys distinct, none zero or removed; at most eight answerable epochs.
    function rotate(address[] calldata keys, bytes32[] calldata pins) external returns (uint64 epoch);

    /// @notice `rotate` for whatever scheme; keys as the scheme packs them (1: 20 bytes each). Unknown ones are refused.
    function rotateScheme(uint8 scheme, bytes calldata keys, bytes32[] calldata pins) external returns (uint64 epoch);

    /// @notice Masks a key in every epoch, past and future, for ever. Only the governor or the OracleStake.
    function removeKey(address key) external;

    /// @notice Lets another Settlement (a later generation) hand in reports, or no longer. Only the governor.
    function setReporter(address reporter, bool may) external;

    /// @notice Tells another market (a later generation) of the epoch, now (but epoch 1) and at each rotation, or no
    /// longer. Only the governor; six at most.
    function setListener(address listener, bool told) external;
}
