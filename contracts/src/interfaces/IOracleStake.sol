// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Report} from "./AssayTypes.sol";

/// @notice An oracle's key agrees to be answered for, and paid through, an operator. verifyingContract is the
/// OracleStake.
struct OracleRegistration {
    address operator;
    address key;
    uint40 expiry;
}

/// @title What oracles have to lose, and what they earn
/// @notice An operator puts stake behind an oracle's key. Whoever shows that the key signed two things that no honest
/// oracle signs both takes all of it: a capped reward is his, at least half of the rest is burned, the remainder is the
/// insurance's, and the key is removed from every committee. Stake that is being withdrawn answers for longer than
/// anything that the key may have signed; it answers until it has left.
///
/// Pay: credit that others give to this contract, shared by *points* (IOracleCommittee): accepted reports that a key
/// signed. A removed or punished key gets nothing of what was not paid out before.
///
/// Every key is also a candidate for appeal panels (IPanelDraw) while it has bondMin that was not asked back; a member
/// of a panel who is silent loses a little of his stake.
///
/// A module of the vault. Constructor: `OracleStake(address vault, address committee, address insurance, address
/// panelDraw, Params params)`; panelDraw 0: none; the committee is deployed before.
interface IOracleStake {
    /// @notice None ever changes.
    struct Params {
        /// @dev Least stake of a seated key, token base units; 0: oracles need none.
        uint96 bondMin;
        /// @dev Greatest reward for a proof, token base units; it is never more than a tenth of what is taken.
        uint96 rewardCap;
        /// @dev Seconds from a request until stake may leave. More than the committee's overlapS and answersAfterS.
        uint32 unbondingDelayS;
        /// @dev Seconds that follow a job's report until nobody can question it any more: challenge window and dispute.
        uint32 answersAfterS;
        /// @dev Seconds after deployment within which the first committee must have its stake.
        uint32 bondGraceS;
        /// @dev Least seconds between two payments.
        uint32 payPeriodS;
    }

    /// @notice One of two reports that contradict each other.
    struct SignedVerdict {
        Report report;
        bytes verdicts; // packed, of report.verdictsHash
        uint256 index; // of the verdict in question
        bytes signature; // r‖s‖v over the report's digest
    }

    /// @notice A zero address where an account is wanted.
    error ZeroAddress();
    /// @notice An amount of nothing.
    error ZeroAmount();
    /// @notice Stake would leave before what it answers for is over.
    error UnbondingTooShort(uint256 got, uint256 min);
    /// @notice Only the key's operator may do this.
    error NotOperator(address got, address want);
    /// @notice The key consented until `want` only.
    error RegistrationExpired(uint256 got, uint40 want);
    /// @notice The key itself must sign the registration.
    error WrongKeySignature(address got, address want);
    /// @notice The key has an operator.
    error AlreadyRegistered(address key);
    /// @notice The key has no operator.
    error NotRegistered(address key);
    /// @notice No further key can be registered.
    error TooManyOracles(uint256 got, uint256 max);
    /// @notice The stake is less than what is wanted of it.
    error StakeTooSmall(uint256 got, uint256 min);
    /// @notice More stake than an account can hold.
    error StakeTooLarge(uint256 got, uint256 max);
    /// @notice A key of the current committee keeps bondMin. `resign` first.
    error StillSeated(address key, uint256 left, uint256 min);
    /// @notice The key is in the current committee no more, or never was.
    error NotSeated(address key);
    /// @notice The key has the least stake: it cannot be dropped.
    error EnoughStake(address key, uint256 got, uint256 min);
    /// @notice Not before `want`.
    error TooEarly(uint256 got, uint256 want);
    /// @notice One request at a time: withdraw or cancel the one that waits.
    error UnbondingPending(address key, uint96 amount, uint40 availableAt);
    /// @notice Nothing was asked back.
    error NothingUnbonding(address key);
    /// @notice The key contradicted itself and is out for ever.
    error Punished(address key);
    /// @notice The signer has no stake here and sat in none of the reports' committees.
    error UnknownOracle(address key);
    /// @notice Reports are signed for a Settlement that this committee knows.
    error NotReporter(address got);
    /// @notice 65 bytes r‖s‖v.
    error WrongSignatureLength(uint256 got, uint256 want);
    /// @notice Two keys that disagree contradict nothing.
    error SignersDiffer(address first, address second);
    /// @notice Both say the same.
    error NoContradiction();
    /// @notice Both reports must be of one epoch and seq.
    error HeightsDiffer(uint64 firstEpoch, uint64 firstSeq, uint64 secondEpoch, uint64 secondSeq);
    /// @notice These are not the verdicts of the signed report.
    error WrongVerdictsHash(bytes32 got, bytes32 want);
    /// @notice Both verdicts must be of one job.
    error JobsDiffer(uint64 first, uint64 second);
    /// @notice CHECKPOINT, or a code that is none.
    error NotTerminal(uint8 code);
    /// @notice Only the contract that draws panels penalises their silent members.
    error NotPanelDraw(address got, address want);
    /// @notice No points, or less than one base unit for each.
    error NothingToPay(uint256 funds, uint256 points);

    event OracleRegistered(address indexed key, address indexed operator);
    event OracleStaked(address indexed key, uint96 amount, uint96 staked);
    event OracleUnbonding(address indexed key, uint96 amount, uint40 availableAt);
    event OracleUnbondingCancelled(address indexed key, uint96 amount);
    event OracleUnstaked(address indexed key, uint96 amount, uint96 staked);
    event OracleResigned(address indexed key);
    event OracleDropped(address indexed key, uint96 staked);
    /// @notice A member of an appeal panel was silent; `amount` is burned.
    event OraclePenalised(address indexed key, uint96 amount);
    /// @notice taken = reward + burned + insurance.
    event OraclePunished(
        address indexed key, address indexed prover, uint96 taken, uint96 reward, uint96 burned, uint96 insurance
    );
    event OraclePaid(
        uint64 indexed epoch, address indexed key, address indexed operator, uint64 points, uint256 amount
    );

    function vault() external view returns (address);
    function committee() external view returns (address);
    function insurance() external view returns (address);
    function panelDraw() external view returns (address);
    function params() external view returns (Params memory);
    /// @notice This contract's EIP-712 domain (name Assay, version 1).
    function domainSeparator() external view returns (bytes32);

    /// @notice `unbonding` is part of `staked`; availableAt is 0 where nothing is unbonding.
    function bondOf(address key)
        external
        view
        returns (address operator, uint96 staked, uint96 unbonding, uint40 availableAt, bool punished);
    /// @notice Stake that answers and is not on its way out.
    function activeStakeOf(address key) external view returns (uint96);
    function oracleCount() external view returns (uint256);
    /// @notice Places that keys have or had; at most 1,024.
    function places() external view returns (uint16);
    /// @notice The key at a place, from 0 to places() − 1; 0 where the place is free. A key keeps its place.
    function oracleAt(uint256 place) external view returns (address key);
    /// @notice The key at a place and its operator, if it had bondMin, and had not asked it back, at openedAt and for
    /// ageS seconds before; else zeroes. What it did since changes the answer only where it was punished. No key where
    /// bondMin is 0. Right for openedAt up to answersAfterS ago.
    function jurorAt(uint256 place, uint40 openedAt, uint32 ageS) external view returns (address key, address operator);
    /// @notice When `pay` may be called again.
    function payableFrom() external view returns (uint256);
    /// @notice Points of the epoch's keys, by index, that were paid for.
    function paidPointsOf(uint64 epoch, uint256 index) external view returns (uint64);

    /// @notice Puts a key under an operator, with stake from his credit.
    /// Requirements: called by the operator; signed by the key; amount ≥ bondMin; the key is new.
    function register(OracleRegistration calldata registration, uint96 amount, bytes calldata keySignature) external;
    function addStake(address key, uint96 amount) external;

    /// @notice Effects: `amount` may be withdrawn after unbondingDelayS, and answers until it is. Requirements: called by
    /// the operator; nothing unbonding; a key of the current committee keeps bondMin; one that came back to bondMin
    /// stays for answersAfterS.
    function requestUnbonding(address key, uint96 amount) external;
    function cancelUnbonding(address key) external;
    /// @notice Effects: what was unbonding becomes the operator's credit; a key without stake is forgotten.
    function withdraw(address key) external;

    /// @notice The operator takes his key out of every committee, for ever: the way out while nobody rotates.
    /// Requirements: in the current committee.
    function resign(address key) external;

    /// @notice Removes a key of the current committee whose stake is below bondMin. Anyone; bondGraceS after the
    /// deployment, and after a penalty.
    function dropUnbonded(address key) external;

    /// @notice Burns at most `amount` of a key's stake, what is unbonding last. Only panelDraw.
    function penalise(address key, uint96 amount) external;

    /// @notice Punishes a key that signed two different Reports for one (epoch, seq). Anyone; the caller is rewarded.
    /// @param settlement for which both were signed
    function proveTwoReports(
        address settlement,
        Report calldata first,
        bytes calldata firstSignature,
        Report calldata second,
        bytes calldata secondSignature
    ) external;

    /// @notice Punishes a key that signed two different terminal verdicts for one job, in whatever Reports. Anyone; the
    /// caller is rewarded.
    function proveTwoVerdicts(address settlement, SignedVerdict calldata first, SignedVerdict calldata second) external;

    /// @notice Shares this contract's credit among the keys of all epochs that the committee still knows, by points
    /// since the last payment. Anyone. What rounding leaves stays for the next.
    /// Requirements: payPeriodS since the last; points, and at least one base unit for each.
    function pay() external;
}
