// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Report} from "../interfaces/AssayTypes.sol";
import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {OracleBonds} from "./OracleBonds.sol";
import {OraclePay} from "./OraclePay.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @title OracleStake: documented on its interface, IOracleStake. Here: what an oracle must never sign
contract OracleStake is OraclePay {
    uint256 private constant SIGNATURE_BYTES = 65;
    /// @dev A reward is at most a tenth: whoever punishes himself loses nine tenths.
    uint256 private constant REWARD_SHARE = 10;

    constructor(address vault_, address committee_, address insurance_, address panelDraw_, Params memory p)
        OracleBonds(vault_, committee_, insurance_, panelDraw_, p)
    {}

    function proveTwoReports(
        address settlement,
        Report calldata first,
        bytes calldata firstSignature,
        Report calldata second,
        bytes calldata secondSignature
    ) external {
        if (first.epoch != second.epoch || first.seq != second.seq) {
            revert HeightsDiffer(first.epoch, first.seq, second.epoch, second.seq);
        }
        if (AssayHash.hash(first) == AssayHash.hash(second)) revert NoContradiction();
        _punish(_commonSigner(settlement, first, firstSignature, second, secondSignature), first.epoch, second.epoch);
    }

    function proveTwoVerdicts(address settlement, SignedVerdict calldata first, SignedVerdict calldata second)
        external
    {
        PackedVerdicts.Verdict memory a = _verdictOf(first);
        PackedVerdicts.Verdict memory b = _verdictOf(second);
        if (a.jobId != b.jobId) revert JobsDiffer(a.jobId, b.jobId);
        if (a.code == b.code && a.paid == b.paid && a.resultHash == b.resultHash) revert NoContradiction();
        address key = _commonSigner(settlement, first.report, first.signature, second.report, second.signature);
        _punish(key, first.report.epoch, second.report.epoch);
    }

    function _verdictOf(SignedVerdict calldata shown) private pure returns (PackedVerdicts.Verdict memory verdict) {
        bytes32 hash = keccak256(shown.verdicts);
        if (hash != shown.report.verdictsHash) revert WrongVerdictsHash(hash, shown.report.verdictsHash);
        verdict = PackedVerdicts.read(shown.verdicts, shown.index);
        if (!PackedVerdicts.isKnownCode(verdict.code)) revert NotTerminal(verdict.code);
    }

    function _commonSigner(
        address settlement,
        Report calldata first,
        bytes calldata firstSignature,
        Report calldata second,
        bytes calldata secondSignature
    ) private view returns (address key) {
        if (!IOracleCommittee(committee).isReporter(settlement)) {
            revert NotReporter(settlement);
        }
        bytes32 domain = AssayHash.domainOf(settlement);
        key = _recover(domain, first, firstSignature);
        address other = _recover(domain, second, secondSignature);
        if (key != other) revert SignersDiffer(key, other);
    }

    /// @dev Both forms of a signature count: only the key can make either.
    function _recover(bytes32 domain, Report calldata report, bytes calldata signature) private pure returns (address) {
        if (signature.length != SIGNATURE_BYTES) revert WrongSignatureLength(signature.length, SIGNATURE_BYTES);
        bytes32 digest = MessageHashUtils.toTypedDataHash(domain, AssayHash.hash(report));
        return ecrecover(digest, uint8(signature[64]), bytes32(signature[0:32]), bytes32(signature[32:64]));
    }

    /// @dev Only who has stake here, or sits in a committee that he signed for, is an oracle: a stranger's signatures
    /// contradict nothing.
    function _punish(address key, uint64 firstEpoch, uint64 secondEpoch) private {
        if (_bonds[key].punished) revert Punished(key);
        bool isOracle = _bonds[key].place != 0 || _wasSeated(firstEpoch, key) || _wasSeated(secondEpoch, key);
        if (key == address(0) || !isOracle) revert UnknownOracle(key);
        uint96 taken = _takeAll(key);
        uint96 reward = uint96(taken / REWARD_SHARE < REWARD_CAP ? taken / REWARD_SHARE : REWARD_CAP);
        uint96 toInsurance = (taken - reward) / 2;
        uint96 burnt = taken - reward - toInsurance;
        emit OraclePunished(key, msg.sender, taken, reward, burnt, toInsurance);
        if (_isAnswerable(key)) IOracleCommittee(committee).removeKey(key);
        if (burnt > 0) ITokenVault(vault).burn(burnt);
        if (toInsurance > 0) ITokenVault(vault).giveCredit(insurance, toInsurance);
        if (reward > 0) ITokenVault(vault).giveCredit(msg.sender, reward);
    }

    /// @dev Keys that no committee knows are not removed: a list that strangers could fill would fill.
    function _isAnswerable(address key) private view returns (bool) {
        IOracleCommittee asked = IOracleCommittee(committee);
        if (asked.isRemoved(key)) return false;
        uint64 current = asked.currentEpoch();
        for (uint64 epoch = asked.oldestEpoch(); epoch <= current; ++epoch) {
            if (asked.isSeated(epoch, key)) return true;
        }
        return false;
    }

    function _wasSeated(uint64 epoch, address key) private view returns (bool) {
        IOracleCommittee asked = IOracleCommittee(committee);
        return epoch != 0 && epoch <= asked.currentEpoch() && asked.isSeated(epoch, key);
    }
}
