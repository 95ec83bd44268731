// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMulticall} from "../IMulticall.sol";
import {DeviceRegistration, IJobMarket, Offer, Order, Payment, Report, World} from "../World.sol";

/// @title What whole transactions cost: 21,000, calldata, execution, less refunds
/// @notice `node script/forge.mjs test --mc GasTest -vv` prints the figures; each test fails above its ceiling. Figures are of
/// steady use (accounts, credits and ledgers that were used before), where a name does not say "first".
/// forge-config: default.isolate = true
contract GasTest is World {
    event log_named_uint(string name, uint256 value);

    function committeeSize() internal pure override returns (uint256) {
        return 13;
    }

    /// @dev Leaves every ledger, credit and slot that all jobs share in use.
    function setUp() public override {
        super.setUp();
        _fundCredit(consumer.addr, 10_000e6);
        _funded();
        _settled(FAILED, 0); // the consumer's refund stays unclaimed
        _settled(OK, PRICE);
        _passFinality();
        settlement.claim(provider.addr);
    }

    function test_gas_openByOneWalletSignature() public {
        Order memory order = _order();
        order.lane = 1;
        Payment memory payment = _authorisation(consumer, order.amount, market.hashOrder(order));
        market.fund(order, payment);
        _print("fund, lane EIP3009 (goal 150,000)", _gas(), 150_000);
    }

    function test_gas_openAndJoinByOneWalletSignature() public {
        Offer memory offer = _offer();
        bytes memory signed = _signOffer(device, offer);
        for (uint256 i = 0; i < 2; ++i) {
            Order memory order = _order();
            order.lane = 1;
            order.amount = PRICE;
            order.priceMax = PRICE;
            Payment memory payment = _authorisation(consumer, order.amount, market.hashOrder(order));
            vm.prank(matcher.addr);
            market.open(order, payment, offer, signed);
            if (i == 0) _print("open, lane EIP3009, first job of an offer", _gas(), 200_000);
            else _print("open, lane EIP3009, an offer joined before", _gas(), 180_000);
        }
    }

    function test_gas_openAndAcceptInOneTransaction() public {
        Offer memory offer = _offer();
        bytes memory signed = _signOffer(device, offer);
        for (uint256 i = 0; i < 2; ++i) {
            Job memory made;
            made.device = device;
            made.order = _order();
            made.order.lane = 1;
            made.order.amount = PRICE;
            made.order.priceMax = PRICE;
            made.orderHash = market.hashOrder(made.order);
            made.offerHash = market.hashOffer(offer);
            made.id = market.jobIdOf(made.orderHash, 1);
            Payment memory payment = _authorisation(consumer, PRICE, made.orderHash);
            bytes[] memory calls = new bytes[](2);
            calls[0] = abi.encodeCall(market.open, (made.order, payment, offer, signed));
            calls[1] =
                abi.encodeCall(market.accept, (made.order, 1, made.offerHash, "input", _signAccept(made, "input")));
            vm.prank(matcher.addr);
            IMulticall(address(market)).multicall(calls);
            if (i == 1) {
                _print("open and accept in one multicall", _gas(), 220_000);
            }
        }
    }

    function test_gas_prepaidBatchOf50() public {
        bytes[] memory calls = new bytes[](50);
        for (uint256 i = 0; i < 50; ++i) {
            Order memory order = _order();
            calls[i] = abi.encodeCall(IJobMarket(address(market)).fund, (order, _priorBalance(order)));
        }
        IMulticall(address(market)).multicall(calls);
        _print("fund, lane PRIOR_BALANCE, one of a batch of 50 (goal 60,000)", _gas() / 50, 75_000);
    }

    function test_gas_accept() public {
        Job memory made = _assigned();
        bytes memory signed = _signAccept(made, "input");
        market.accept(made.order, 1, made.offerHash, "input", signed);
        _print("accept", _gas(), 90_000);
    }

    function test_gas_settleOneAlone() public {
        Job memory made = _running();
        _settle(_verdict(made.id, OK, PRICE));
        _print("settle one job alone, 9 of 13 (goal 110,000)", _gas(), 160_000);
    }

    function test_gas_reportWithoutAnyJobToSettle() public {
        _settle(_verdict(99, OK, PRICE));
        _print("report, 9 of 13, one verdict skipped (goal 80,000)", _gas(), 97_000);
    }

    function test_gas_settle100OfTheSamePair() public {
        _fundCredit(provider.addr, 500e6);
        vm.prank(provider.addr);
        stake.stake(500e6);
        bytes memory verdicts;
        for (uint256 i = 0; i < 100; ++i) {
            Job memory made = _funded();
            Offer memory offer = _offer();
            offer.concurrentMax = 200;
            _join(made, 1, offer);
            _accept(made);
            verdicts = bytes.concat(verdicts, _verdict(made.id, OK, PRICE));
        }
        _settle(verdicts);
        _print("settle one job of 100, same pair (goal 14,000)", _gas() / 100, 20_500);
    }

    function test_gas_settle100DistinctPairs() public {
        Account[] memory keys = new Account[](100);
        for (uint256 i = 0; i < 100; ++i) {
            Account memory owner = account(string.concat("provider ", vm.toString(i)));
            keys[i] = account(string.concat("device ", vm.toString(i)));
            _addProvider(owner.addr, STAKE);
            _addDevice(owner.addr, keys[i]);
        }
        for (uint256 round = 0; round < 5; ++round) {
            bytes memory verdicts;
            for (uint256 i = 0; i < 100; ++i) {
                verdicts = bytes.concat(verdicts, _verdict(_runningFor(keys[i]).id, OK, PRICE));
            }
            _settle(verdicts);
            if (round == 0) {
                _print("settle one job of 100, distinct pairs, first pay ever", _gas() / 100, 50_000);
            } else if (round == 4) {
                _print("settle one job of 100, distinct pairs (goal 25,000)", _gas() / 100, 30_000);
            }
            _passFinality();
            if (round < 4) {
                for (uint256 i = 0; i < 100; ++i) {
                    settlement.claim(account(string.concat("provider ", vm.toString(i))).addr);
                }
            }
            skip((900 - (uint256(_now()) % 900)) + 900 * (round % 2));
        }
    }

    function test_gas_claim() public {
        _settled(OK, PRICE);
        _passFinality();
        settlement.claim(provider.addr);
        _print("claim", _gas(), 80_000);
    }

    function test_gas_refundAfterTimeout() public {
        Job memory made = _assigned();
        skip(61);
        uint64[] memory one = new uint64[](1);
        one[0] = made.id;
        market.expire(one);
        _print("refund of a job that nobody accepted (goal 60,000)", _gas(), 60_000);
        made = _running();
        skip(601);
        one[0] = made.id;
        market.expire(one);
        _print("refund and first penalty of a job that ran out of time", _gas(), 160_000);
    }

    function test_gas_slash() public {
        for (uint256 i = 0; i < 2; ++i) {
            Job memory made = _settled(FRAUD, 0);
            skip(601);
            settlement.slash(made.id);
            if (i == 0) _print("slash, first ever", _gas(), 170_000);
            else _print("slash (goal 110,000)", _gas(), 130_000);
        }
    }

    function test_gas_registerStakeAndFirstDevice() public {
        Account memory owner = account("newcomer");
        Account memory key = account("newcomer's device");
        dollar.faucet(owner.addr, STAKE);
        Payment memory payment = _stakeDeposit(owner, STAKE, 1);
        DeviceRegistration memory registration =
            DeviceRegistration(owner.addr, key.addr, CLASS, keccak256("descriptor"), _now() + 1 hours);
        bytes memory signed = signature(key.key, devices.hashRegistration(registration));
        vm.prank(owner.addr);
        devices.registerWithStake(registration, signed, STAKE, 1, payment);
        _print("register, stake from the wallet and first device, one transaction (goal 185,000)", _gas(), 185_000);
    }

    function test_gas_rotate13() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 13, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        _print("rotation to 13 oracles (goal 250,000)", _gas(), 234_000);
    }

    /// @dev isolate makes every call of the test a transaction of its own.
    function _gas() private view returns (uint256) {
        return vm.lastCallGas().gasTotalUsed;
    }

    function _print(string memory name, uint256 got, uint256 ceiling) private {
        emit log_named_uint(name, got);
        assertLe(got, ceiling, name);
    }
}
